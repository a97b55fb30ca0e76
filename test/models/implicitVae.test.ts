import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { sphereQuadrature } from '../../metrics/sphereQuadrature.ts';
import { implicitVae } from '../../models/implicitVae/implicitVae.ts';
import type { LatentModel } from '../../models/latent/latentModel.ts';
import { latentCosts } from '../../models/latent/latentStep.ts';
import type { Draw } from '../../models/latent/posterior.ts';
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
    const [, location, raw, entries] = model.networks.encoder.apply(x) as tf.Tensor2D[];
    const z = normal(2, 3, 1);
    // z = μ + S(I + N)u with u standard normal: the covariance is C = S(I + N)(I + N)ᵀS, written out here for each row.
    const laws = [0, 1].map((row) => {
      const of = (values: tf.Tensor2D) => Array.from(tf.slice(values, [row, 0], [1, -1]).dataSync());
      const [mu, scale, n, at] = [of(location), of(raw).map((value) => Math.exp(value - 1)), of(entries), of(z)];
      const d = at.map((value, i) => (value - mu[i]) / scale[i]);
      const u = [d[0], d[1] - n[3] * d[0], 0];
      u[2] = d[2] - n[6] * u[0] - n[7] * u[1];
      // Sᵀ⁻¹(I + N)ᵀ⁻¹u
      const w = [0, 0, u[2]];
      w[1] = u[1] - n[7] * w[2];
      w[0] = u[0] - n[3] * w[1] - n[6] * w[2];
      const energy = u.reduce((sum, value, i) => sum + value ** 2 / 2 + Math.log(scale[i]), 0);
      return { energy, score: w.map((value, i) => -value / scale[i]) };
    });
    const expected = laws.map(({ energy }) => energy);
    model
      .energy(z, x)
      .dataSync()
      .forEach((energy, i) => {
        expect(Math.abs(energy - expected[i])).toBeLessThan(1e-4);
      });
    const scores = tf.tensor2d(laws.map(({ score }) => score));
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
    const model = tiny(euclidean(2));
    silence(model, 'energy');
    // E = ½|v|²/w², v = (u − centre)/width. The kernel and the bias of the widths stand before those of the directions.
    const energy = model.networks.energy;
    const w = 2;
    energy.weights[energy.weights.length - 3].write(tf.fill([2], Math.log(w)));
    const variables = (name: string) => model.networks[name].trainableWeights.map((weight) => weight.read() as tf.Variable);
    const rows = 4;
    const noise = { noise: normal(rows, 4, 5), directions: normal(rows, 2, 6), observation: tf.fill([rows, 5], 0.5) };
    const given = tf.tile(x, [2, 1]) as tf.Tensor2D;
    const moved = variables('displacement');
    const { grads } = tf.variableGrads(() => latentCosts(model.parts, given, noise).regulariser, [...moved, ...variables('energy')]);
    const standardAt = () => model.parts.posterior.draw(given, noise).standard as NonNullable<Draw['standard']>;
    const { u, moments } = standardAt();
    const { centre, width } = moments();
    const { z } = model.parts.posterior.draw(given, noise);
    // d/du (½|z|² − E(u)) with z = μ + (s₁u₁, s₂(u₂ + n u₁)); what moves u is left to tfjs.
    const [, , raw, entries] = model.networks.encoder.apply(given) as tf.Tensor2D[];
    const pull: tf.Tensor2D = tf.mul(z, tf.exp(tf.sub(raw, 1)));
    const sheared = tf.mul(tf.slice(entries, [0, 2], [-1, 1]), tf.slice(pull, [0, 1], [-1, 1]));
    const prior = tf.add(pull, tf.concat([sheared, tf.zerosLike(sheared)], 1));
    const force = tf.sub(prior, tf.div(tf.sub(u, centre), tf.mul(tf.square(width), w ** 2)));
    const expected = tf.variableGrads(() => tf.mean(tf.sum(tf.mul(force, standardAt().u), 1)) as tf.Scalar, moved).grads;
    for (const { name } of moved) expect(tf.max(tf.abs(tf.sub(grads[name], expected[name]))).dataSync()[0]).toBeLessThan(1e-5);
    expect(Object.values(expected).some((gradient) => tf.max(tf.abs(gradient)).dataSync()[0] > 1e-2)).toBe(true);
    for (const variable of variables('energy'))
      expect(grads[variable.name] === undefined || tf.max(tf.abs(grads[variable.name])).dataSync()[0] === 0).toBe(true);
  });
});

describe('the moments that the estimator is given', () => {
  it('are those of u, and 0 and 1 without displacement', () => {
    const model = tiny(euclidean(2));
    const rows = 4000;
    const given = tf.tile(tf.slice(x, [0, 0], [1, 5]), [rows, 1]) as tf.Tensor2D;
    const { u, moments } = model.parts.posterior.draw(given, { noise: normal(rows, 4, 8) }).standard as NonNullable<Draw['standard']>;
    const { centre, width } = moments();
    const { mean, variance } = tf.moments(u, 0);
    const [m, s] = [centre, width].map((all) => tf.slice(all, [0, 0], [1, 2]).dataSync());
    // Sixteen nodes: deviations of a quarter of the displacement's.
    mean.dataSync().forEach((value, i) => {
      expect(Math.abs(value - m[i])).toBeLessThan(0.5);
    });
    tf.sqrt(variance)
      .dataSync()
      .forEach((value, i) => {
        expect(Math.abs(value / s[i] - 1)).toBeLessThan(0.25);
        expect(value).toBeGreaterThan(1.02);
      });
    const plain = gaussianModel(euclidean(2)).parts.posterior.draw(x, { noise: normal(2, 4, 8) }).standard as NonNullable<Draw['standard']>;
    const none = plain.moments();
    expect(Array.from(none.centre.dataSync())).toEqual([0, 0, 0, 0]);
    expect(Array.from(none.width.dataSync())).toEqual([1, 1, 1, 1]);
  });
});
