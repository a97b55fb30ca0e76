import type { NamedTensorMap, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Objective } from '../../plugin/losses/objective.ts';
import type { StepInput } from '../../plugin/training/executor.ts';
import type { Distribution, RandomStream } from '../../random/stream.ts';

/** Independent random numbers `[batch, columns]` that a part of a model is given, by name. */
export interface NoiseInput {
  readonly name: string;
  readonly columns: number;
  readonly distribution: Distribution;
}

/** What an objective draws for points of so many columns, under the name `directions`. */
export function directionsFor({ noise }: Objective, columns: number): NoiseInput[] {
  if (noise === null) return [];
  return [{ name: 'directions', columns: noise.shape([2, columns]).at(-1) as number, distribution: noise.distribution }];
}

export const stepInput = ({ name, columns }: NoiseInput): StepInput => ({ name, shape: ['batch', columns] });

/** Draws for a number of rows. */
export const drawInputs = (inputs: readonly NoiseInput[], rows: number, stream: RandomStream): NamedTensorMap =>
  Object.fromEntries(
    inputs.map(({ name, columns, distribution }) => {
      const values = new Float32Array(rows * columns);
      stream.fill(values, distribution);
      return [name, tf.tensor2d(values, [rows, columns]) as Tensor2D];
    }),
  );
