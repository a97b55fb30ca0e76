import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { placementOn } from '../../models/implicitVae/place.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { torus } from '../../plugin/manifolds/torus.ts';
import { randomStream } from '../../random/stream.ts';

const normal = (rows: number, columns: number, seed: number, scale = 1) => {
  const values = new Float32Array(rows * columns);
  randomStream(seed).fill(values, 'gaussian');
  return tf.tensor2d(
    values.map((value) => scale * value),
    [rows, columns],
  );
};

const MANIFOLDS: readonly Manifold[] = [euclidean(3), sphere(1), sphere(2), sphere(5)];

describe.each(MANIFOLDS)('the placement on $name', (latent) => {
  const placement = placementOn(latent, 'test');
  const [m, n] = [latent.ambientDim as number, latent.dim as number];
  const location = normal(20, m, 1);
  const v = normal(20, n, 2);

  it('lands on the manifold, at the location for v = 0', () => {
    const { z } = placement.place(location, v);
    expect(tf.max(tf.abs(tf.sub(latent.project(z), z))).dataSync()[0]).toBeLessThan(1e-6);
    const centre = placement.place(location, tf.zerosLike(v)).z;
    expect(tf.max(tf.abs(tf.sub(centre, latent.project(location)))).dataSync()[0]).toBeLessThan(1e-6);
  });

  it('is inverted by coordinates', () => {
    const { z } = placement.place(location, v);
    const error = tf.div(tf.abs(tf.sub(placement.coordinates(location, z), v)), tf.add(1, tf.square(v)));
    // Far out v² grows as 4/(1 + cos), and takes the rounding of the cosine with it.
    expect(tf.max(error).dataSync()[0]).toBeLessThan(2e-4);
  });

  it('has the volume of its Jacobian', () => {
    const { logVolume } = placement.place(location, v);
    // ½ log det JᵀJ, J by central differences: single precision over steps of .01 leaves 1e-5, the third derivative 1e-4.
    const h = 1e-2;
    const columns = Array.from({ length: n }, (_, i) => {
      const shift = tf.tensor2d([Array.from({ length: n }, (_, k) => (k === i ? h : 0))]);
      return tf.div(tf.sub(placement.place(location, tf.add(v, shift)).z, placement.place(location, tf.sub(v, shift)).z), 2 * h);
    });
    const gram = tf.stack(
      columns.map((a) =>
        tf.stack(
          columns.map((b) => tf.sum(tf.mul(a, b), 1)),
          1,
        ),
      ),
      1,
    );
    const determinants = (gram.arraySync() as number[][][]).map((g) => 0.5 * Math.log(determinant(g)));
    determinants.forEach((expected, i) => {
      expect(Math.abs(expected - logVolume.dataSync()[i])).toBeLessThan(2e-3);
    });
  });
});

function determinant(given: readonly (readonly number[])[]): number {
  const a = given.map((row) => [...row]);
  let product = 1;
  for (let k = 0; k < a.length; k++) {
    product *= a[k][k];
    for (let i = k + 1; i < a.length; i++) {
      const share = a[i][k] / a[k][k];
      for (let j = k; j < a.length; j++) a[i][j] -= share * a[k][j];
    }
  }
  return product;
}

it('is not known on the torus', () => {
  expect(() => placementOn(torus(2), 'implicitVae')).toThrow(/implicitVae: codes are on euclidean\(n\) or sphere\(n\); got torus:2/);
});
