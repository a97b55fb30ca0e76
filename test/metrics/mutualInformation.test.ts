import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { onnxruntimeExecutor } from '../../exporters/index.ts';
import { type BlurredScore, mutualInformation, type PairScores } from '../../metrics/mutualInformation.ts';
import { scoreOf } from '../../plugin/losses/scoreOf.ts';
import { randomStream } from '../../random/stream.ts';
import { simpson } from '../support/quadrature.ts';
import '../support/wasm.ts';

/** Pairs of d coordinates each, with correlation ρ. */
function correlated(n: number, d: number, rho: number) {
  const { gaussian } = randomStream(1, 77);
  const x = Array.from({ length: n }, () => Array.from({ length: d }, gaussian));
  const y = x.map((row) => row.map((v) => rho * v + Math.sqrt(1 - rho ** 2) * gaussian()));
  return { x: tf.tensor2d(x), y: tf.tensor2d(y) };
}

/** Of standard normal coordinates, blurred. */
const marginal: BlurredScore = (x, sigma) => tf.neg(tf.div(x, tf.add(1, tf.square(sigma)))) as tf.Tensor2D;

/** −(C + σ²)⁻¹ (x, y): with v = 1 + σ² the inverse of each pair is (v x − ρ y, v y − ρ x)/(v² − ρ²). */
const jointOf =
  (d: number, rho: number): BlurredScore =>
  (xy, sigma) => {
    const v = tf.add(1, tf.square(sigma));
    const [x, y] = [tf.slice(xy, [0, 0], [-1, d]), tf.slice(xy, [0, d], [-1, d])];
    const sides = [tf.sub(tf.mul(rho, y), tf.mul(v, x)), tf.sub(tf.mul(rho, x), tf.mul(v, y))];
    return tf.div(tf.concat(sides, 1), tf.sub(tf.square(v), rho ** 2)) as tf.Tensor2D;
  };

describe('mutual information from exact scores', () => {
  it.each([
    [0.3, 1],
    [0.6, 2],
    [0.9, 4],
  ])('of Gaussian pairs with ρ = %d, %d at once, is −½ log(1 − ρ²) for each', async (rho, d) => {
    const { x, y } = correlated(1500, d, rho);
    const scores = { joint: jointOf(d, rho), first: marginal, second: marginal };
    const before = tf.memory().numTensors;
    const found = await mutualInformation(scores, x, y, { levels: 20 });
    expect(tf.memory().numTensors).toBe(before);
    const truth = (-d / 2) * Math.log(1 - rho ** 2);
    for (const { value, standardError } of [found, found.distance]) expect(Math.abs(value - truth)).toBeLessThan(4 * standardError);
    expect(found.distance.standardError).toBeLessThan(0.05 * truth);
    expect(found.standardError).toBeLessThan(0.04 * Math.sqrt(d));
    // The rate at one level: tr[(C⁻¹ − diag)(C)(C⁻¹ − diag)], C blurred; each pair's modes have variance v ± ρ.
    for (const { sigma, rate } of [found.levels[0], found.levels[10]]) {
      const v = 1 + sigma ** 2;
      const exact = d * [v + rho, v - rho].reduce((sum, c) => sum + c * (1 / c - 1 / v) ** 2, 0);
      expect(Math.abs(rate / exact - 1)).toBeLessThan(0.1);
    }
  });

  it('has a quadrature that adds nothing to the error: rates in closed form give I to 1e-4', async () => {
    // Energies whose scores differ by a vector of the length that the exact rate has, whatever the points.
    const [rho, d] = [0.9, 1];
    const length: BlurredScore = (xy, sigma) => {
      const v = tf.add(1, tf.square(sigma));
      const parts = [rho, -rho].map((r) => tf.mul(tf.add(v, r), tf.square(tf.sub(tf.div(1, tf.add(v, r)), tf.div(1, v)))));
      return tf.concat([tf.sqrt(tf.add(parts[0], parts[1])), tf.zerosLike(tf.slice(xy, [0, 0], [-1, 1]))], 1) as tf.Tensor2D;
    };
    const nothing: BlurredScore = (x) => tf.zerosLike(x);
    const { x, y } = correlated(2, d, rho);
    const found = await mutualInformation({ joint: length, first: nothing, second: nothing }, x, y);
    expect(Math.abs(found.distance.value + 0.5 * Math.log(1 - rho ** 2))).toBeLessThan(1e-4);
    expect(found.distance.standardError).toBeLessThan(1e-6);
  });

  it('is off by the second order of errors in the scores, and by the first as a distance', async () => {
    const [rho, d] = [0.6, 2];
    const { x, y } = correlated(1500, d, rho);
    const exact = jointOf(d, rho);
    // A tenth too far from the marginals: the distance is 1.1² times as long, the gain 1 − .1² of what it was.
    const joint: BlurredScore = (xy, sigma) => tf.sub(tf.mul(1.1, exact(xy, sigma)), tf.mul(0.1, marginal(xy, sigma)));
    const [truth, found] = [
      await mutualInformation({ joint: exact, first: marginal, second: marginal }, x, y, { levels: 20 }),
      await mutualInformation({ joint, first: marginal, second: marginal }, x, y, { levels: 20 }),
    ];
    expect(found.distance.value / truth.distance.value).toBeCloseTo(1.21, 4);
    // gain' = 1.1 gain − .11 distance for every pair: 2⟨1.1 D, s + z/σ⟩ and so on, with the same noise.
    expect(found.value).toBeCloseTo(1.1 * truth.value - 0.11 * truth.distance.value, 4);
  });

  it('of a bit in noise, by tfjs and by onnxruntime, is h(Y) − h(Y|X)', async () => {
    // X = ±1 + .3 n, Y = X + .5 n': Gaussian mixtures, blurred or not.
    const [a, b] = [0.3 ** 2, 0.5 ** 2];
    const { gaussian, sign } = randomStream(2, 77);
    const x = Array.from({ length: 2000 }, () => [sign() + 0.3 * gaussian()]);
    const y = x.map(([v]) => [v + 0.5 * gaussian()]);
    const mixture =
      (variance: number): BlurredScore =>
      (t, sigma) => {
        const v = tf.add(variance, tf.square(sigma));
        return tf.div(tf.sub(tf.tanh(tf.div(t, v)), t), v);
      };
    const joint: BlurredScore = (xy, sigma) =>
      scoreOf((points) => {
        const s = tf.squeeze(tf.square(sigma), [1]);
        const [p, q, r] = [tf.add(a, s), tf.add(a + b, s), tf.scalar(a)];
        const determinant = tf.sub(tf.mul(p, q), tf.square(r));
        const logs = [1, -1].map((centre) => {
          const [u, v] = [0, 1].map((i) => tf.sub(tf.squeeze(tf.slice(points, [0, i], [-1, 1]), [1]), centre));
          const form = tf.addN([tf.mul(q, tf.square(u)), tf.mul(p, tf.square(v)), tf.mul(-2, tf.mul(r, tf.mul(u, v)))]);
          return tf.mul(-0.5, tf.div(form, determinant));
        });
        return tf.neg(tf.logSumExp(tf.stack(logs, 1), 1)) as tf.Tensor1D;
      })(xy);
    const density = (t: number) =>
      [1, -1].reduce((sum, c) => sum + Math.exp(-((t - c) ** 2) / (2 * (a + b))) / (2 * Math.sqrt(2 * Math.PI * (a + b))), 0);
    const entropy = simpson((t) => -density(t) * Math.log(density(t)), -6, 6);
    const truth = entropy - 0.5 * Math.log(2 * Math.PI * Math.E * b);
    const scores = { joint, first: mixture(a), second: mixture(a + b) };
    const [given, more] = [tf.tensor2d(x), tf.tensor2d(y)];
    const found = await mutualInformation(scores, given, more, { levels: 20, seed: 3 });
    for (const { value, standardError } of [found, found.distance]) expect(Math.abs(value - truth)).toBeLessThan(4 * standardError);
    expect(found.standardError).toBeLessThan(0.05);
    const compiled = await mutualInformation(scores, given, more, { levels: 20, seed: 3, executor: onnxruntimeExecutor(ort) });
    expect(Math.abs(compiled.value - found.value)).toBeLessThan(1e-4);
  });

  it('refuses what are no pairs, and options out of range', async () => {
    const { x, y } = correlated(4, 1, 0);
    const scores = { joint: jointOf(1, 0), first: marginal, second: marginal };
    await expect(mutualInformation(scores, x, tf.zeros([3, 1]))).rejects.toThrow('got [4, 1] and [3, 1]');
    await expect(mutualInformation(scores, x, y, { sigmas: [1, 0.1] })).rejects.toThrow('the least first; got 1, 0.1.');
    await expect(mutualInformation(scores, [[1]] as unknown as tf.Tensor2D, y)).rejects.toThrow('x must be a tensor [n, d]');
    const { joint, first } = scores;
    await expect(mutualInformation({ joint, first } as unknown as PairScores, x, y)).rejects.toThrow('scores.second must be a function');
    const flat: PairScores['first'] = (t) => tf.sum(t, 1) as unknown as tf.Tensor2D;
    await expect(mutualInformation({ ...scores, first: flat }, x, y)).rejects.toThrow(
      'scores.first must give a score for each coordinate, [4, 1]; it gave [4]',
    );
    await expect(mutualInformation(scores, x, y, { levels: 1 })).rejects.toThrow('levels must be a whole number of at least 2; got 1.');
    const nan: BlurredScore = (t) => tf.div(t, 0);
    await expect(mutualInformation({ ...scores, first: nan }, x, y)).rejects.toThrow('at σ = 0.0300 a score is not finite');
  });
});
