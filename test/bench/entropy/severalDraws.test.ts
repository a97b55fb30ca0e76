import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { drawsKl } from '../../../bench/entropy/drawsKl.ts';
import { type ManyDraws, severalDraws } from '../../../bench/entropy/severalDraws.ts';
import { implicitNetworks, implicitPosterior } from '../../../models/implicitVae/implicitPosterior.ts';
import { mlpNetworks } from '../../../models/networks/mlpNetworks.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { farthest, normal } from './tensors.ts';

describe('a posterior that draws several times', () => {
  const [rows, dim, draws] = [3, 2, 4];
  const family = mlpNetworks({ hidden: [7] });
  const { encoder, displacement } = implicitNetworks(euclidean(dim), 5, family, 2);
  // Displacements near their bound, where it counts.
  for (const weight of displacement.weights) weight.write(tf.mul(4, weight.read()));
  const single = implicitPosterior(euclidean(dim), { encoder, displacement }, 'test');
  const x = tf.sigmoid(normal([rows, 5], 1)) as tf.Tensor2D;
  const noise = normal([rows, 2 * draws * dim], 3) as tf.Tensor2D;
  const variables = (network: tf.LayersModel) => network.trainableWeights.map((weight) => weight.read() as tf.Variable);

  it('draws as the posterior does from repeated rows', () => {
    const several = severalDraws(single, draws);
    expect(several.noise).toEqual([{ name: 'noise', columns: 2 * draws * dim, distribution: 'gaussian' }]);
    const { z, standard, many } = several.draw(x, { noise }) as ManyDraws;
    const [xi, eta] = tf.split(tf.reshape(noise, [rows, 2, draws, dim]), 2, 1).map((part) => tf.reshape(part, [rows * draws, dim]));
    const repeated = tf.reshape(tf.tile(tf.expandDims(x, 1), [1, draws, 1]), [rows * draws, 5]) as tf.Tensor2D;
    const expected = single.draw(repeated, { noise: tf.concat([xi, eta], 1) });
    const known = expected.standard as NonNullable<typeof standard>;
    const firstOf = (all: tf.Tensor) => tf.gather(all, [0, draws, 2 * draws]);
    expect(farthest(many, tf.reshape(known.u, [rows, draws, dim]))).toBeLessThan(1e-5);
    expect(farthest(z, firstOf(expected.z))).toBeLessThan(1e-5);
    expect(standard).toBeDefined();
    for (const key of ['u', 'features', 'logVolume'] as const) {
      expect(standard?.[key].shape).toEqual(firstOf(known[key]).shape);
      expect(farthest(standard?.[key] as tf.Tensor, firstOf(known[key]))).toBeLessThan(1e-5);
    }
    // There is something to draw: u is not ξ.
    expect(farthest(many, tf.reshape(xi, [rows, draws, dim]))).toBeGreaterThan(0.5);
  });

  it('is descended along the scores, and otherwise along the prior and the volume', () => {
    const several = severalDraws(single, draws);
    const regulariser = drawsKl(euclidean(dim), (u) => tf.mul(-0.25, u) as tf.Tensor3D, 'test');
    const penalty = () => regulariser.terms(several.draw(x, { noise }), {}).penalty;
    // −½|u|²/4 has the score −u/4.
    const exact = () => {
      const { z, standard, many } = several.draw(x, { noise }) as ManyDraws;
      const logDensity = tf.mean(tf.mul(-0.5 / 4, tf.sum(tf.square(many), 2)), 1);
      const prior = tf.mul(0.5, tf.sum(tf.square(z), 1));
      return tf.mean(tf.sub(tf.add(prior, logDensity), (standard as NonNullable<typeof standard>).logVolume)) as tf.Scalar;
    };
    const all = [...variables(encoder), ...variables(displacement)];
    const [found, expected] = [penalty, exact].map((f) => tf.variableGrads(f, all).grads);
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, gradient] of Object.entries(expected)) expect(farthest(found[name], gradient)).toBeLessThan(1e-5);
  });

  it('is refused on spheres, and with a single draw', () => {
    expect(() => severalDraws({ ...single, latent: sphere(2) }, 4)).toThrow(/flat space.*sphere/);
    expect(() => severalDraws(single, 1)).toThrow(/at least two.*got draws = 1/);
  });
});
