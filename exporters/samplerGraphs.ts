import * as tf from '@tensorflow/tfjs';
import { advance } from '../plugin/dynamics/advance.ts';
import type { Dynamics } from '../plugin/dynamics/dynamics.ts';
import type { Energy } from '../plugin/energy/energy.ts';
import { compileGraph } from './exportOnnx.ts';
import type { Graph } from './ir/graph.ts';
import { type Size, symbol } from './ir/size.ts';
import type { TracedInput } from './trace/traceOnce.ts';

const batch = symbol('batch');

/** Names of the graphs that sample, as local functions of an energy's file. */
export const STEP = 'Step';
export const START = 'Start';

const float = (name: string, shape: readonly Size[]): TracedInput => ({ name, shape, dtype: 'float32' });

/** Sizes of a dynamics' noise with the batch left open; the shape for two batches tells which of them follow it. */
export function noiseShape(dynamics: Dynamics, columns: number): Size[] | null {
  if (dynamics.noise === null) return null;
  const [one, two] = [101, 103].map((n) => dynamics.noise?.shape([n, columns]) as number[]);
  return one.map((size, axis) => (size === two[axis] ? size : batch));
}

/** One step of a sampler: (x `[batch, m]`, noise, stepSize) → next `[batch, m]`; without noise where the dynamics has none. */
export function stepGraph(dynamics: Dynamics, energy: Energy, columns: number): Graph {
  const shape = noiseShape(dynamics, columns);
  const inputs = [float('x', [batch, columns]), ...(shape ? [float('noise', shape)] : []), float('stepSize', [])];
  return compileGraph(
    STEP,
    (...tensors) => {
      const x = tensors[0] as tf.Tensor2D;
      const noise = shape ? tensors[1] : null;
      // Sines on a GPU are good to 5e-4 only (WGSL's bound): without the projection a chain drifts off the manifold, 1e-3 in 100 steps.
      return { next: dynamics.manifold.project(advance(dynamics, energy, x, tensors.at(-1) as tf.Scalar, noise)) };
    },
    inputs,
  );
}

/** Starting points from standard normal noise `[batch, m]`. */
export function startGraph(dynamics: Dynamics, columns: number): Graph {
  return compileGraph(START, (noise) => ({ x: tf.clone(dynamics.manifold.fromGaussian(noise as tf.Tensor2D)) }), [
    float('noise', [batch, columns]),
  ]);
}
