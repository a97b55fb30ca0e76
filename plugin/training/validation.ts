import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { fillRandom } from '../../random/fill.ts';
import { randomStream } from '../../random/stream.ts';
import { drawLevels, type NoiseLevels } from '../energy/noiseLevels.ts';
import type { NoiseSpec } from '../noise/noiseSpec.ts';
import { type BatchLoss, batchLoss } from './batchLoss.ts';
import type { StepInput } from './executor.ts';
import { STREAM } from './streams.ts';

/** Points at once: enough to keep a backend busy, few enough for its memory. */
const CHUNK = 1024;

/** The mean loss of some points, from the points and what is drawn for them, in the order of its inputs. */
export type LossOn = (x: Tensor, ...drawn: Tensor[]) => Tensor | Promise<Tensor>;

/** The inputs of a step that validation draws for its points: those that are not single numbers. */
export const drawnInputs = (inputs: readonly StepInput[]): StepInput[] => inputs.filter(({ shape }) => shape.length > 0);

/** @param sigma width of the smoothing where all points have the same; null: none, or each has its own noise level */
export const lossOn =
  (loss: BatchLoss, inputs: readonly StepInput[], sigma: number | null): ((x: Tensor, ...drawn: Tensor[]) => Tensor) =>
  (x, ...drawn) =>
    batchLoss(loss, {
      x,
      ...(sigma !== null && { sigma: tf.scalar(sigma) }),
      ...Object.fromEntries(inputs.map(({ name }, i) => [name, drawn[i]])),
    });

/** What makes the noise of a validation. */
export interface ValidationNoise {
  readonly noise: NoiseSpec | null;
  readonly levels: NoiseLevels | null;
  readonly seed: number;
}

function drawInput(name: string, start: number, { noise, levels, seed }: ValidationNoise, into: Float32Array): void {
  if (name === 'blur') fillRandom(into, 'gaussian', randomStream(seed, STREAM.validationSmoothing, start));
  else if (name === 'noise') fillRandom(into, (noise as NoiseSpec).distribution, randomStream(seed, STREAM.validationNoise, start));
  else drawLevels(levels as NoiseLevels, randomStream(seed, STREAM.validationLevels, start), into);
}

/**
 * The mean loss over validation points, always with the same smoothing or noise levels and the same noise, so that values of different epochs can be
 * compared.
 *
 * @param evaluate the loss on a chunk of points
 * @param inputs what it takes beside the points
 */
export async function validationLoss(
  evaluate: LossOn,
  points: Tensor2D,
  inputs: readonly StepInput[],
  noise: ValidationNoise,
): Promise<number> {
  const [n, m] = points.shape;
  let sum = 0;
  for (let start = 0; start < n; start += CHUNK) {
    const rows = Math.min(CHUNK, n - start);
    const x = tf.slice(points, [start, 0], [rows, m]);
    const drawn = inputs.map(({ name, shape }) => {
      const sizes = shape.map((size) => (size === 'batch' ? rows : size));
      const values = new Float32Array(tf.util.sizeFromShape(sizes));
      drawInput(name, start, noise, values);
      return tf.tensor(values, sizes);
    });
    const loss = (await evaluate(x, ...drawn)) as Scalar;
    sum += rows * (await loss.data())[0];
    tf.dispose([x, loss, ...drawn]);
  }
  return sum / n;
}
