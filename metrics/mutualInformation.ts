import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { register } from '../plugin/gradients/register.ts';
import { drawNoise } from '../plugin/noise/drawNoise.ts';
import { gaussian } from '../plugin/noise/gaussian.ts';
import { evaluationOf } from '../plugin/training/evaluation.ts';
import type { Executor } from '../plugin/training/executor.ts';
import { randomStream } from '../random/stream.ts';
import { type Nats, natsOf } from './nats.ts';

/** ∇log of a density blurred by Gaussian noise of deviation σ, at points `[n, d]` with σ of each, `[n, 1]`: `[n, d]`. */
export type BlurredScore = (x: Tensor2D, sigma: Tensor2D) => Tensor2D;

/** Scores of (x, y) side by side, of x and of y. */
export interface PairScores {
  readonly joint: BlurredScore;
  readonly first: BlurredScore;
  readonly second: BlurredScore;
}

export interface MutualInformationOptions {
  /** Least and greatest σ. Below the finest detail and above the size of the data; default .03 and 20, for data of deviation about 1. */
  readonly sigmas?: readonly [number, number];
  /** How many σ, equally spaced in their logarithms. Default 32. */
  readonly levels?: number;
  /** Of the noise that blurs the points. Default 0. */
  readonly seed?: number;
  /** Computes the scores, for example `onnxruntimeExecutor(ort)`. Default: tfjs. */
  readonly executor?: Executor;
}

export interface MutualInformation extends Nats {
  /** The same from the distance of the scores: never negative and less noisy, but off by the first order of the scores' errors. */
  readonly distance: Nats;
  /** E|s(x, y) − (s(x), s(y))|² at each σ. */
  readonly levels: readonly { readonly sigma: number; readonly rate: number }[];
}

const NAME = 'mutualInformation';
/** Rows at once. */
const CHUNK = 8192;

function checkOptions(scores: PairScores, x: Tensor2D, y: Tensor2D, [least, greatest]: readonly [number, number], levels: number): void {
  for (const name of ['joint', 'first', 'second'] as const)
    if (typeof scores?.[name] !== 'function')
      throw new TypeError(`${NAME}: scores.${name} must be a function (x, sigma) => score; got ${typeof scores?.[name]}.`);
  for (const [name, points] of [
    ['x', x],
    ['y', y],
  ] as const)
    if (!(points instanceof tf.Tensor))
      throw new TypeError(
        `${NAME}: ${name} must be a tensor [n, d], as tf.tensor2d(rows) makes one; got ${points === null ? 'null' : typeof points}.`,
      );
  if (x.rank !== 2 || y.rank !== 2 || x.shape[0] !== y.shape[0] || x.shape[0] < 2)
    throw new Error(
      `${NAME}: expected pairs as rows, [n, dx] and [n, dy] with n ≥ 2; got [${x.shape.join(', ')}] and [${y.shape.join(', ')}].`,
    );
  if (!(least > 0 && greatest > least && Number.isFinite(greatest)))
    throw new RangeError(`${NAME}: sigmas must be two positive numbers, the least first; got ${least}, ${greatest}.`);
  if (!Number.isInteger(levels) || levels < 2) throw new RangeError(`${NAME}: levels must be a whole number of at least 2; got ${levels}.`);
}

/** @throws Error where a score has another shape than its points */
function scored(name: keyof PairScores, score: BlurredScore, x: Tensor2D, sigma: Tensor2D): Tensor2D {
  const found = score(x, sigma);
  if (found.rank === 2 && found.shape[0] === x.shape[0] && found.shape[1] === x.shape[1]) return found;
  throw new Error(
    `${NAME}: scores.${name} must give a score for each coordinate, [${x.shape.join(', ')}]; it gave [${found.shape.join(', ')}].`,
  );
}

/** For each row of points blurred by σz, `[n, 2]`: by how much the denoising loss |s + z/σ|² falls from the scores apart to the one of both, and their distance. */
const gapsOf =
  ({ joint, first, second }: PairScores) =>
  (...inputs: Tensor[]): Tensor => {
    const [x, y, z, sigma] = inputs as Tensor2D[];
    return tf.tidy(() => {
      const [a, b] = [x.shape[1], y.shape[1]];
      const blurred: Tensor2D = tf.add(tf.concat([x, y], 1), tf.mul(sigma, z));
      const together = scored('joint', joint, blurred, sigma);
      const sides = [
        scored('first', first, tf.slice(blurred, [0, 0], [-1, a]), sigma),
        scored('second', second, tf.slice(blurred, [0, a], [-1, b]), sigma),
      ];
      const apart = tf.concat(sides, 1);
      const difference = tf.sub(apart, together);
      const sum = tf.addN([apart, together, tf.div(tf.mul(2, z), sigma) as Tensor2D]);
      return tf.stack([tf.sum(tf.mul(difference, sum), 1), tf.sum(tf.square(difference), 1)], 1);
    });
  };

/**
 * Weights of σ² rate in I = ∫ σ² rate d log σ: equal steps of log σ, exact to all orders of the step for a smooth integrand that vanishes at both ends; beyond
 * them the rate is constant towards σ = 0, and falls as σ⁻⁶ towards infinity, where x and y see of each other their covariance alone.
 */
const weightsOf = (levels: number, step: number): number[] =>
  Array.from(
    { length: levels },
    (_, k) => step * (k === 0 || k === levels - 1 ? 0.5 : 1) + (k === 0 ? 0.5 : 0) + (k === levels - 1 ? 0.25 : 0),
  );

/**
 * Mutual information I(X; Y) = KL(p(x, y)‖p(x)p(y)) in nats from scores alone. With independent noise of variance t = σ² on both, a divergence falls by
 * d/dt KL(pₜ‖qₜ) = −½ E|∇log pₜ − ∇log qₜ|² (de Bruijn's identity; Barron 1986), down to 0, so that
 *
 *     I(X; Y) = ½ ∫₀^∞ E|s(x, y, σ) − (s(x, σ), s(y, σ))|² dσ².
 *
 * `distance` is that. `value` has in place of the distance the gain in denoising score matching, E|(s(x), s(y)) + z/σ|² − E|s(x, y) + z/σ|² (the I-MMSE relation;
 * Guo, Shamai & Verdú 2005), which is the same for exact scores, and with errors δ is off by ½ ∫ (E|δ apart|² − E|δ of both|²) dσ²: of second order, below I
 * where the marginals are right. Scores of energies conditioned on σ are −∇E.
 *
 * @param x `[n, dx]`, `y` `[n, dy]`: pairs of the joint law, side by side
 * @throws TypeError for scores that are no functions and points that are no tensors; Error for points that are no pairs, and where a score has another shape than its
 *   points or is not finite; RangeError for options out of range
 */
export async function mutualInformation(
  scores: PairScores,
  x: Tensor2D,
  y: Tensor2D,
  options: MutualInformationOptions = {},
): Promise<MutualInformation> {
  const { sigmas = [0.03, 20], levels = 32, seed = 0, executor } = options;
  checkOptions(scores, x, y, sigmas, levels);
  register();
  await tf.ready();
  const gaps = await evaluationOf(gapsOf(scores), executor);
  const [n, columns] = [x.shape[0], x.shape[1] + y.shape[1]];
  const step = Math.log(sigmas[1] / sigmas[0]) / (levels - 1);
  const weights = weightsOf(levels, step);
  const [gains, distances] = [new Float64Array(n), new Float64Array(n)];
  const rates = new Float64Array(levels);
  try {
    for (let k = 0; k < levels; k++) {
      const sigma = sigmas[0] * Math.exp(k * step);
      for (let start = 0; start < n; start += CHUNK) {
        const rows = Math.min(CHUNK, n - start);
        const noise = drawNoise(gaussian(), [rows, columns], randomStream(seed, k, start));
        const inputs = [tf.slice(x, [start, 0], [rows, -1]), tf.slice(y, [start, 0], [rows, -1]), noise, tf.fill([rows, 1], sigma)];
        const result = await gaps(...inputs);
        const values = await result.data();
        tf.dispose([inputs, result]);
        for (let i = 0; i < rows; i++) {
          gains[start + i] += weights[k] * sigma ** 2 * values[2 * i];
          distances[start + i] += weights[k] * sigma ** 2 * values[2 * i + 1];
          rates[k] += values[2 * i + 1] / n;
        }
      }
      if (!Number.isFinite(rates[k])) throw new Error(`${NAME}: at σ = ${sigma.toPrecision(3)} a score is not finite.`);
    }
  } finally {
    await gaps.dispose();
  }
  return {
    ...natsOf(gains),
    distance: natsOf(distances),
    levels: Array.from(rates, (rate, k) => ({ sigma: sigmas[0] * Math.exp(k * step), rate })),
  };
}
