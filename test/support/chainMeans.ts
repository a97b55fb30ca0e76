import * as tf from '@tensorflow/tfjs';
import { sample } from '../../plugin/dynamics/chain.ts';
import type { Dynamics } from '../../plugin/dynamics/dynamics.ts';
import type { Energy } from '../../plugin/energy/energy.ts';

interface ChainOptions {
  readonly stepSize: number;
  readonly burnIn: number;
  readonly steps: number;
  readonly seed: number;
}

/** Mean of a function along independent chains, and its standard error from the spread of the chains' own means. */
export async function chainMeans(dynamics: Dynamics, energy: Energy, x0: tf.Tensor2D, options: ChainOptions, of: Energy) {
  const { stepSize, burnIn, steps, seed } = options;
  const total = new Float64Array(x0.shape[0]);
  let x = await sample(dynamics, energy, x0, { steps: burnIn, stepSize, seed: 1000 * seed });
  for (let k = 1; k <= steps; k++) {
    const next = await sample(dynamics, energy, x, { steps: 1, stepSize, seed: 1000 * seed + k });
    x.dispose();
    x = next;
    for (const [i, value] of tf
      .tidy(() => of(x))
      .dataSync()
      .entries())
      total[i] += value / steps;
  }
  x.dispose();
  const mean = total.reduce((sum, v) => sum + v, 0) / total.length;
  const variance = total.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (total.length - 1);
  return { mean, error: Math.sqrt(variance / total.length) };
}
