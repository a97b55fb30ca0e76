import type { Scalar, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { type MutualInformation, mutualInformation, mvlLd, type PairScores, randomStream } from 'tfjs-mvl';
import { compile, onnxruntimeExecutor } from 'tfjs-mvl/exporters';
import { setRate } from '../setRate.ts';
import { type BlurredEnergy, blurredEnergy } from './blurredEnergy.ts';
import type { Pairs } from './pairs.ts';

export interface LearnOptions {
  /** Pairs to learn from, and others to measure on. */
  readonly pairs: number;
  readonly heldOut: number;
  readonly steps: number;
  readonly batch: number;
  readonly seed: number;
}

/** Least and greatest σ, of data of deviation 1. */
const SIGMAS = [0.05, 5] as const;
const RATE = 0.01;
/** Of the hidden layers: x and y by themselves have little to tell. */
const [JOINT, MARGINAL] = [64, 24];

const sessionOptions = { intraOpNumThreads: 1 };
const loss = mvlLd({ epsilon: 0.005, noise: 'rademacher' });

/**
 * σ² times the score matching loss at σ, by MVL in units of σ: as a function of w = x/σ + z the energy has the gradient σ∇E, so one ε does for all σ. With log σ
 * uniform this weight is the one that errors have in I.
 */
const blurredLoss = (energy: BlurredEnergy, x: Tensor2D, sigma: Tensor2D, z: Tensor2D, signs: Tensor2D): Scalar =>
  loss((w) => energy(tf.mul(sigma, w), sigma), tf.add(tf.div(x, sigma), z), signs);

const scoreOf =
  (energy: BlurredEnergy): PairScores['joint'] =>
  (x, sigma) =>
    tf.neg(tf.grad((t) => energy(t as Tensor2D, sigma))(x)) as Tensor2D;

/** What a step is given: a batch of pairs, noise, signs, log σ. */
function draw(pairs: readonly number[][], { batch, seed }: LearnOptions, k: number): [Tensor2D, Tensor2D, Tensor2D, Tensor2D] {
  const { uniform, gaussian, sign } = randomStream(seed, 1, k);
  const columns = pairs[0].length;
  const [low, high] = SIGMAS.map(Math.log);
  const filled = (width: number, one: () => number) => tf.tensor2d(Float32Array.from({ length: batch * width }, one), [batch, width]);
  const x = tf.tensor2d(Array.from({ length: batch }, () => pairs[Math.floor(uniform() * pairs.length)]));
  return [x, filled(columns, gaussian), filled(columns, sign), filled(1, () => low + (high - low) * uniform())];
}

/** Learns energies of (x, y), x and y at all noise levels from pairs, and estimates the mutual information on others. */
export async function learnInformation(law: Pairs, options: LearnOptions): Promise<MutualInformation> {
  const { d } = law;
  const { pairs, heldOut, steps, seed } = options;
  const joint = blurredEnergy(2 * d, JOINT, 3 * seed);
  const sides = [1, 2].map((k) => blurredEnergy(d, MARGINAL, 3 * seed + k));
  const optimizer = tf.train.adam(RATE);
  const half = (t: Tensor2D, k: number) => tf.slice(t, [0, k * d], [-1, d]);
  const step = await compile(
    (x: Tensor2D, z: Tensor2D, signs: Tensor2D, logSigma: Tensor2D) =>
      optimizer.minimize(() => {
        const sigma = tf.exp(logSigma);
        const apart = sides.map((energy, k) => blurredLoss(energy, half(x, k), sigma, half(z, k), half(signs, k)));
        return tf.addN([blurredLoss(joint, x, sigma, z, signs), ...apart]);
      }, true) as Scalar,
    { ort, optimizer, sessionOptions },
  );
  const { x, y } = law.draw(pairs + heldOut, seed);
  const rows = x.slice(0, pairs).map((row, i) => [...row, ...y[i]]);
  for (let k = 0; k < steps; k++) {
    setRate(optimizer, RATE * Math.cos((Math.PI / 2) * (k / steps)) ** 2);
    const inputs = draw(rows, options, k);
    tf.dispose([inputs, await step(...inputs)]);
  }
  await step.sync();
  await step.dispose();
  const scores = { joint: scoreOf(joint), first: scoreOf(sides[0]), second: scoreOf(sides[1]) };
  const others = [x, y].map((side) => tf.tensor2d(side.slice(pairs)));
  const executor = onnxruntimeExecutor(ort, { sessionOptions });
  return mutualInformation(scores, others[0], others[1], { sigmas: SIGMAS, levels: 20, seed, executor });
}
