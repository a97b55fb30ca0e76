import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { sphereQuadrature } from '../../metrics/sphereQuadrature.ts';
import { implicitVae } from '../../models/implicitVae/implicitVae.ts';
import type { LatentModel } from '../../models/latent/latentModel.ts';
import { latentCosts } from '../../models/latent/latentStep.ts';
import { mlpNetworks } from '../../models/networks/mlpNetworks.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { randomStream } from '../../random/stream.ts';

const normal = (rows: number, columns: number, seed: number) => {
  const values = new Float32Array(rows * columns);
  randomStream(seed, 3).fill(values, 'gaussian');
  return tf.tensor2d(values, [rows, columns]);
};

const tiny = (latent: Manifold) => implicitVae({ latent, columns: 5, networks: mlpNetworks({ hidden: [7] }), seed: 2 });

/** Sets the weights of a network's last layers to 0: its outputs are then their biases, 0 too. */
function silence(model: LatentModel, network: string): void {
  for (const weight of model.networks[network].weights) weight.write(tf.zeros(weight.shape as number[]));
}

/** A model whose law of u is standard normal, and whose estimator says so. */
function gaussianModel(latent: Manifold): LatentModel {
  const model = tiny(latent);
  silence(model, 'displacement');
  silence(model, 'energy');
  return model;
}

const x = tf.tensor2d([
  [1, 0, 1, 0, 1],
  [0, 0, 1, 1, 1],
]);

describe('the energy of codes given data', () => {
  it('is −log q(z|x) where the posterior is normal and the estimator knows it', () => {
    const model = gaussianModel(euclidean(3));
    const [, location, raw] = model.networks.encoder.apply(x) as tf.Tensor2D[];
    const z = normal(2, 3, 1);
    const logScale = tf.sub(raw, 1);
    const squares = tf.square(tf.div(tf.sub(z, location), tf.exp(logScale)));
    const expected = tf.sum(tf.add(tf.mul(0.5, squares), logScale), 1).dataSync();
    model
      .energy(z, x)
      .dataSync()
      .forEach((energy, i) => {
        expect(Math.abs(energy - expected[i])).toBeLessThan(1e-4);
      });
    const scores = tf.neg(tf.div(tf.sub(z, location), tf.exp(tf.mul(2, logScale))));
    expect(tf.max(tf.abs(tf.sub(model.score(z, x), scores))).dataSync()[0]).toBeLessThan(1e-4 * tf.max(tf.abs(scores)).dataSync()[0]);
  });

  it('is that of a density on the sphere: exp(−E) over it has the integral of a standard normal law in u', () => {
    const model = gaussianModel(sphere(2));
    const rule = sphereQuadrature(sphere(2), 60);
    const rows = rule.size;
    const points = tf.tensor2d(rule.points, [rows, 3]);
    const weights = tf.exp(tf.tensor1d(Float32Array.from(rule.logWeights)));
    for (const row of [0, 1]) {
      const given = tf.tile(tf.slice(x, [row, 0], [1, 5]), [rows, 1]) as tf.Tensor2D;
      const total = tf.sum(tf.mul(weights, tf.exp(tf.neg(model.energy(points, given))))).dataSync()[0];
      expect(Math.abs(total / (2 * Math.PI) - 1)).toBeLessThan(1e-3);
    }
  });
});

describe('the gradient of the KL', () => {
  it.each([euclidean(2), sphere(2)])(
    'is that of the law itself on $name: of the mean of −log|∂z/∂u| − log p(z) and of no more, where u is fixed',
    (latent) => {
      const model = gaussianModel(latent);
      const { parts } = model;
      const rows = 6;
      const given = tf.tile(x, [rows / 2, 1]) as tf.Tensor2D;
      const noise = { noise: normal(rows, 4, 5), directions: normal(rows, 2, 6), observation: tf.fill([rows, 5], 0.5) };
      const encoder = model.networks.encoder.trainableWeights.map((weight) => weight.read() as tf.Variable);
      const penalty = () => latentCosts(parts, given, noise).regulariser;
      // log q(z|x) = log q(u) − log|∂z/∂u|, and u does not move with the encoder where there is no displacement.
      const exact = () => {
        const { z, standard } = parts.posterior.draw(given, noise);
        const prior = latent.logVolume === null ? tf.mul(0.5, tf.sum(tf.square(z), 1)) : tf.zeros([rows]);
        return tf.mean(tf.sub(prior, (standard as NonNullable<typeof standard>).logVolume)) as tf.Scalar;
      };
      const [found, expected] = [penalty, exact].map((f) => tf.variableGrads(f, encoder).grads);
      for (const [name, gradient] of Object.entries(expected))
        expect(tf.max(tf.abs(tf.sub(found[name], gradient))).dataSync()[0]).toBeLessThan(1e-5);
    },
  );

  it('moves displacements by −∇E, and the estimator by nothing', () => {
    const model = gaussianModel(euclidean(2));
    // E = ½|u|²/w²: widths are biases of the estimator's last output.
    const energy = model.networks.energy;
    const last = energy.weights[energy.weights.length - 1];
    const width = 2;
    last.write(tf.fill([2], Math.log(width)));
    const variables = (name: string) => model.networks[name].trainableWeights.map((weight) => weight.read() as tf.Variable);
    const rows = 4;
    const noise = { noise: normal(rows, 4, 5), directions: normal(rows, 2, 6), observation: tf.fill([rows, 5], 0.5) };
    const given = tf.tile(x, [2, 1]) as tf.Tensor2D;
    const all = [...variables('displacement'), ...variables('energy')];
    const { grads } = tf.variableGrads(() => latentCosts(model.parts, given, noise).regulariser, all);
    const { z, standard } = model.parts.posterior.draw(given, noise);
    const { u, logVolume } = standard as NonNullable<typeof standard>;
    // d/dg mean(½|z|² − E(u)), with z = μ + s u and g a shift of u that is the bias of the last layer.
    const [, , raw] = model.networks.encoder.apply(given) as tf.Tensor2D[];
    const scale = tf.exp(tf.sub(raw, 1));
    const expected = tf.mean(tf.sub(tf.mul(z, scale), tf.div(u, width ** 2)), 0).dataSync();
    const bias = variables('displacement').at(-1) as tf.Variable;
    grads[bias.name].dataSync().forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 5);
    });
    for (const variable of variables('energy'))
      expect(grads[variable.name] === undefined || tf.max(tf.abs(grads[variable.name])).dataSync()[0] === 0).toBe(true);
    expect(logVolume.shape).toEqual([rows]);
  });
});
