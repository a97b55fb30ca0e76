import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type EnergyModel, energyModel } from '../../plugin/energy/energyModel.ts';
import { mlpEnergy } from '../../plugin/energy/mlpEnergy.ts';
import { mvlRld } from '../../plugin/losses/mvlRld.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { randomStream } from '../../random/stream.ts';

const manifold = sphere(2);

/** n points scattered around the north pole of S². */
export function cap(n: number, seed = 1): number[][] {
  const { gaussian } = randomStream(seed);
  return Array.from({ length: n }, () => {
    const v = [0.4 * gaussian(), 0.4 * gaussian(), 1 + 0.2 * gaussian()];
    const length = Math.hypot(...v);
    return v.map((c) => c / length);
  });
}

/** A model on S² that trains in a second. Softplus, whose second derivatives tfjs gets right by itself. */
export function tinyModel(optimizer: tf.Optimizer | string = 'adam', seed = 7): EnergyModel {
  const model = energyModel({ manifold, network: mlpEnergy({ manifold, hidden: [6], activation: 'softplus', seed }), seed });
  model.compile({ optimizer, loss: mvlRld({ manifold }) });
  return model;
}

/** All weights of a model's network, as plain numbers. */
export const weightsOf = ({ network }: EnergyModel): number[][] =>
  (network as tf.LayersModel).getWeights().map((w) => Array.from(w.dataSync()));

/** The energy λ|x|²/2, whose minimum velocity loss has a closed form. */
export function quadratic(initial: number) {
  const lambda = tf.tidy(() => tf.variable(tf.scalar(initial)));
  return { lambda, energy: (x: Tensor2D) => tf.mul(tf.mul(0.5, lambda), tf.sum(tf.square(x), 1)) as tf.Tensor1D };
}
