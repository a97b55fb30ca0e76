import type { layers, SymbolicTensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { randomStream } from '../../random/stream.ts';
import { STREAM } from '../training/streams.ts';

export type Activation = NonNullable<Parameters<typeof layers.dense>[0]['activation']>;

/** Hidden layers and a linear one of `outputs` columns over some features, with weights drawn from a seed. */
export function perceptron(
  features: SymbolicTensor,
  { hidden, activation, outputs, seed }: { hidden: readonly number[]; activation: Activation; outputs: number; seed: number },
): SymbolicTensor {
  const seeds = randomStream(seed, STREAM.weights);
  const dense = (units: number, act: Activation, h: SymbolicTensor) =>
    tf.layers
      .dense({
        units,
        activation: act,
        kernelInitializer: tf.initializers.glorotUniform({ seed: Math.floor(seeds.uniform() * 2 ** 31) }),
      })
      .apply(h) as SymbolicTensor;
  return dense(
    outputs,
    'linear',
    hidden.reduce((h, units) => dense(units, activation, h), features),
  );
}
