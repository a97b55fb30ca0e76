import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { randomStream } from '../../random/stream.ts';
import type { Energy } from '../energy/energy.ts';
import { register } from '../gradients/register.ts';
import { checkPoints } from '../manifolds/checkPoints.ts';
import { drawNoise } from '../noise/drawNoise.ts';
import { advance } from './advance.ts';
import type { Dynamics } from './dynamics.ts';

export interface SampleOptions {
  readonly steps: number;
  /** dt of each step of the sampler of exp(−energy). */
  readonly stepSize: number;
  /** Step k (from 1) draws its noise from `randomStream(seed, k)`. Default 0. */
  readonly seed?: number;
  /** Called after each step; returning false stops the chain there. */
  readonly onProgress?: (step: number, steps: number) => unknown;
  /** Aborting rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Milliseconds of work after which the event loop gets a turn, so that pages stay alive and aborts arrive. */
const TURN = 30;

function checkOptions({ steps, stepSize }: SampleOptions): void {
  if (!Number.isInteger(steps) || steps < 0) throw new RangeError(`sample: steps must be a whole number of at least 0; got ${steps}.`);
  if (!(stepSize > 0 && Number.isFinite(stepSize))) throw new RangeError(`sample: stepSize must be positive; got ${stepSize}.`);
}

/** The energy and the step size of each step of a chain, counted from 1. */
export type ChainPlan = (step: number) => { readonly energy: Energy; readonly stepSize: number };

/**
 * Runs a chain of the dynamics from each starting point: approximate samples of exp(−energy).
 *
 * @param x0 starting points `[batch, m]`, left alive; `manifold.fromGaussian` makes some
 * @returns the points after the last step, `[batch, m]`, a new tensor
 * @throws RangeError for options out of range; Error where x0 is not on the manifold, or where the chain diverged (stepSize too large)
 */
export const sample = (dynamics: Dynamics, energy: Energy, x0: Tensor2D, options: SampleOptions): Promise<Tensor2D> =>
  runChain(dynamics, () => ({ energy, stepSize: options.stepSize }), x0, options);

/** `sample` with an energy and a step size that may change from step to step; that of the options is the last one, as errors name it. */
export async function runChain(dynamics: Dynamics, plan: ChainPlan, x0: Tensor2D, options: SampleOptions): Promise<Tensor2D> {
  checkOptions(options);
  register();
  const { steps, seed = 0, onProgress, signal } = options;
  const { noise } = dynamics;
  checkPoints(dynamics.manifold, x0, 'sample(x0)');
  let x = tf.clone(x0);
  let turn = Date.now();
  try {
    for (let k = 1; k <= steps; k++) {
      const last = x;
      const { energy, stepSize } = plan(k);
      x = tf.tidy(() => advance(dynamics, energy, last, stepSize, noise && drawNoise(noise, last.shape, randomStream(seed, k))));
      last.dispose();
      if (onProgress?.(k, steps) === false) break;
      if (Date.now() - turn < TURN) continue;
      await new Promise((resolve) => setTimeout(resolve, 0));
      signal?.throwIfAborted();
      turn = Date.now();
    }
    signal?.throwIfAborted();
    await checkFinite(x, options);
    return x;
  } catch (error) {
    x.dispose();
    throw error;
  }
}

async function checkFinite(x: Tensor2D, { steps, stepSize }: SampleOptions): Promise<void> {
  const values = await x.data();
  const bad = values.findIndex((v) => !Number.isFinite(v));
  if (bad < 0) return;
  const row = Math.floor(bad / x.shape[1]);
  throw new Error(`sample: the chain of row ${row} diverged within ${steps} steps of size ${stepSize}. Use a smaller stepSize.`);
}
