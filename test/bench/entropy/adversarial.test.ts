import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { adversarial } from '../../../bench/entropy/adversarial.ts';
import { implicitVae } from '../../../models/implicitVae/implicitVae.ts';
import { standardKl } from '../../../models/implicitVae/standardKl.ts';
import { mlpNetworks } from '../../../models/networks/mlpNetworks.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { normal, number } from './tensors.ts';

describe('the adversarial loss', () => {
  const [mean, width] = [0.7, 1.5];
  /** Nodes of a quadrature with equal weights, 8 deviations to either side. */
  const grid = Float32Array.from({ length: 4001 }, (_, i) => -8 + i * 0.004);
  const density = (m: number, w: number) =>
    tf.mul(0.004 / (w * Math.sqrt(2 * Math.PI)), tf.exp(tf.mul(-0.5, tf.square(tf.div(tf.sub(grid, m), w)))));
  const points = tf.tensor2d(grid, [grid.length, 1]);
  const energyOf =
    (centre: tf.Tensor, logWidth: tf.Tensor, constant: tf.Tensor) =>
    (u: tf.Tensor2D): tf.Tensor1D =>
      tf.add(tf.mul(0.5, tf.square(tf.squeeze(tf.div(tf.sub(u, centre), tf.exp(logWidth)), [1]))), constant);
  /** The expectation of the loss by quadrature: of its terms on the points with the law's weights and the standard normal's. */
  const expected = (centre: tf.Tensor, logWidth: tf.Tensor, constant: tf.Tensor): tf.Scalar => {
    const energy = energyOf(centre, logWidth, constant);
    // Terms at (u, v) are f(u) + g(v): each law's part is found with the other's point at 0.
    const terms = adversarial().terms as NonNullable<ReturnType<typeof adversarial>['terms']>;
    const fixed = tf.zerosLike(points);
    const both = terms(energy, fixed, fixed);
    const ofDraws = tf.sub(terms(energy, points, fixed), both);
    const ofNormal = tf.sub(terms(energy, fixed, points), both);
    return tf.add(tf.add(tf.sum(tf.mul(ofDraws, density(mean, width))), tf.sum(tf.mul(ofNormal, density(0, 1)))), tf.mean(both));
  };
  // −log q up to the standard normal law's constant.
  const best = [tf.scalar(mean), tf.scalar(Math.log(width)), tf.scalar(Math.log(width))];

  it('is least where the critic is log q(u) − log N(u), its constant included', () => {
    const slopes = tf.grads((centre, logWidth, constant) => expected(centre, logWidth, constant));
    for (const slope of slopes(best)) expect(Math.abs(number(slope))).toBeLessThan(1e-4);
    const least = number(expected(best[0], best[1], best[2]));
    for (const i of [0, 1, 2])
      for (const by of [-0.3, 0.3]) {
        const [centre, logWidth, constant] = best.map((value, j) => (i === j ? tf.add(value, by) : value));
        expect(number(expected(centre, logWidth, constant))).toBeGreaterThan(least + 1e-4);
      }
    // 2 log 2 − 2 JSD(q, N), by quadrature.
    const [q, p] = [density(mean, width).arraySync(), density(0, 1).arraySync()] as number[][];
    const divergence = q.reduce((sum, a, i) => {
      const half = (a + p[i]) / 2;
      return sum + (a > 0 ? 0.5 * a * Math.log(a / half) : 0) + (p[i] > 0 ? 0.5 * p[i] * Math.log(p[i] / half) : 0);
    }, 0);
    expect(least).toBeCloseTo(2 * Math.log(2) - 2 * divergence, 4);
  });

  it('gives the encoder the gradient of the KL where the critic is the best one', () => {
    // The estimator's network at its last layer: a scalar, a centre, log-widths and directions, which are biases where all kernels are 0.
    const model = implicitVae({ latent: euclidean(1), columns: 2, networks: mlpNetworks({ hidden: [3] }), objective: adversarial() });
    const { energy } = model.networks;
    for (const weight of energy.weights) weight.write(tf.zeros(weight.shape as number[]));
    const biases = energy.weights.slice(-8).filter(({ shape }) => shape.length === 1);
    for (const [i, value] of [0, mean, Math.log(width)].entries()) biases[i].write(tf.fill([1], value));
    const regulariser = standardKl(euclidean(1), energy, adversarial(), 'test');
    const rows = 500;
    const raw = normal([rows, 1], 9) as tf.Tensor2D;
    const { mean: m, variance: v } = tf.moments(raw);
    // Of mean 0 and variance 1, so that the mean over rows has no error.
    const xi: tf.Tensor2D = tf.div(tf.sub(raw, m), tf.sqrt(v));
    const penalty = (shift: tf.Tensor, scale: tf.Tensor): tf.Scalar => {
      const u: tf.Tensor2D = tf.add(shift, tf.mul(scale, xi));
      const moments = () => ({ centre: tf.zerosLike(u), width: tf.onesLike(u) });
      const law = { features: tf.zeros([rows, 3]) as tf.Tensor2D, moments };
      const standard = { u, ...law, logVolume: tf.zeros([rows]) as tf.Tensor1D };
      return regulariser.terms({ z: u, standard }, { directions: normal([rows, 1], 10) }).penalty;
    };
    const [byShift, byScale] = tf.grads(penalty)([tf.scalar(mean), tf.scalar(width)]);
    // KL(N(m, w²) ‖ N(0, 1)) = ½(m² + w² − 1) − log w.
    expect(number(byShift)).toBeCloseTo(mean, 4);
    expect(number(byScale)).toBeCloseTo(width - 1 / width, 4);
  });
});
