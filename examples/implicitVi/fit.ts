import type { LayersModel, Scalar, SymbolicTensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { detach, drawNoise, entropySurrogate, euclidean, gaussian, mlpEnergy, mvlLd, rademacher, randomStream } from 'tfjs-mvl';
import { compile } from 'tfjs-mvl/exporters';
import { setRate } from '../setRate.ts';
import type { Target } from './targets.ts';

export interface FitOptions {
  /** Dimensions of the normal noise that the sampler turns into points. */
  readonly noise: number;
  readonly steps: number;
  readonly batch: number;
  readonly rate: number;
  readonly seed: number;
}

/** An implicit law: points are easy to draw, and have no density that could be computed. */
export interface Sampler {
  /** n points `[n, d]` in rows. */
  draw(n: number, seed: number): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** The energy is to follow a sampler that moves: it takes so many steps for each of the sampler's. */
const LEARNING_STEPS = 3;

/** Two hidden layers, and past them a linear map. */
function samplerNetwork(noise: number, d: number, seed: number): LayersModel {
  const dense = (units: number, activation: 'tanh' | 'linear', k: number) =>
    tf.layers.dense({ units, activation, kernelInitializer: tf.initializers.glorotNormal({ seed: 10 * seed + k }) });
  const input = tf.input({ shape: [noise] });
  let h: SymbolicTensor = input;
  for (const k of [1, 2]) h = dense(48, 'tanh', k).apply(h) as SymbolicTensor;
  const both = tf.layers.concatenate().apply([h, input]) as SymbolicTensor;
  return tf.model({ inputs: input, outputs: dense(d, 'linear', 3).apply(both) as SymbolicTensor });
}

/** (z − mean)/deviation over the batch, both held fixed: an energy of points of one size learns alike wherever the sampler is. */
function standardised(z: Tensor2D, from: Tensor2D): Tensor2D {
  const { mean, variance } = tf.moments(detach(from), 0);
  return tf.div(tf.sub(z, mean), tf.sqrt(variance)) as Tensor2D;
}

/**
 * Variational inference with a law q of which there are only samples z = f(noise): KL(q‖exp(−U)/Z) = E U(z) − h(q) + log Z. An energy E learns by MVL what q
 * is now, ∇E = −∇log q, and f descends the mean of U(z) less the gradient of the entropy, E⟨∂z/∂φ, ∇E⟩. Both steps are compiled, and share the variables.
 */
export async function fitSampler(target: Target, { noise, steps, batch, rate, seed }: FitOptions): Promise<Sampler> {
  const d = target.dimensions;
  const sampler = samplerNetwork(noise, d, seed);
  const field = mlpEnergy({ manifold: euclidean(d), hidden: [64, 64], seed });
  const energy = (u: Tensor2D) => tf.sum(tf.mul(tf.add(tf.mul(0.5, u), field.apply(u) as Tensor2D), u), 1) as Tensor1D;
  const transform = (n: Tensor2D) => sampler.apply(n) as Tensor2D;
  const variablesOf = (model: LayersModel) => model.trainableWeights.map((weight) => weight.read() as tf.Variable);

  const loss = mvlLd({ epsilon: 1e-3, noise: 'rademacher' });
  // q does not stand still: little momentum for E, none for f and smaller steps, or the two go round each other.
  const learner = tf.train.adam(rate, 0.5);
  const mover = tf.train.adam(rate, 0);
  const settings = { ort, sessionOptions: { intraOpNumThreads: 1 } };
  const learn = await compile(
    (n: Tensor2D, signs: Tensor2D) =>
      learner.minimize(
        () => {
          const z = detach(transform(n));
          return loss(energy, standardised(z, z), signs);
        },
        true,
        variablesOf(field as LayersModel),
      ) as Scalar,
    { ...settings, optimizer: learner },
  );
  const move = await compile(
    (n: Tensor2D) =>
      mover.minimize(
        () => {
          const z = transform(n);
          return tf.sub(tf.mean(target.energy(z)), entropySurrogate(energy, standardised(z, z))) as Scalar;
        },
        true,
        variablesOf(sampler),
      ) as Scalar,
    { ...settings, optimizer: mover, shareWith: learn },
  );
  for (let k = 0; k < steps; k++) {
    const falling = Math.cos((Math.PI / 2) * (k / steps)) ** 2;
    setRate(learner, rate * falling);
    setRate(mover, 0.4 * rate * falling);
    const stream = randomStream(seed, 1, k);
    for (let inner = 0; inner < LEARNING_STEPS; inner++) {
      const inputs = [drawNoise(gaussian(), [batch, noise], stream), drawNoise(rademacher(), [batch, d], stream)] as [Tensor2D, Tensor2D];
      tf.dispose([inputs, await learn(...inputs)]);
    }
    const input = drawNoise(gaussian(), [batch, noise], stream) as Tensor2D;
    tf.dispose([input, await move(input)]);
  }
  const run = await compile(transform, { ...settings, shareWith: learn });
  return {
    draw: async (n, drawSeed) => {
      const input = drawNoise(gaussian(), [n, noise], randomStream(drawSeed, 2)) as Tensor2D;
      const points = await run(input);
      const values = (await points.data()) as Float32Array;
      tf.dispose([input, points]);
      return values;
    },
    dispose: async () => {
      for (const compiled of [run, move, learn]) await compiled.dispose();
      for (const model of [sampler, field as LayersModel]) model.dispose();
    },
  };
}
