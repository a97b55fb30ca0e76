import type { Scalar, Tensor, Tensor2D, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { randomStream } from '../../random/stream.ts';
import type { Dynamics } from '../dynamics/dynamics.ts';
import { riemannianLangevin } from '../dynamics/riemannianLangevin.ts';
import { register } from '../gradients/register.ts';
import { euclidean } from '../manifolds/euclidean.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { drawNoise } from '../noise/drawNoise.ts';
import { gaussian } from '../noise/gaussian.ts';
import type { NoiseSpec } from '../noise/noiseSpec.ts';
import { defineObjective } from './defineObjective.ts';
import type { Objective } from './objective.ts';

export interface PersistentOptions {
  /** Default: flat space. */
  readonly manifold?: Manifold;
  /** What moves the chains. Default: Langevin dynamics on the manifold. */
  readonly dynamics?: Dynamics;
  /** Number of chains. Default 100. */
  readonly chains?: number;
  /** Steps that each chain takes at each call. Default 1. */
  readonly steps?: number;
  /** Size dt of each step. Default 0.01. */
  readonly stepSize?: number;
  /** Where the chains start, `[chains, m]`. Default: `manifold.fromGaussian` of noise drawn from the seed. */
  readonly start?: Tensor2D;
  /** For the starting points, and for noise that the loss draws itself, where none is passed. Default 0. */
  readonly seed?: number;
}

/** An objective that keeps state. */
export interface PersistentObjective extends Objective {
  /** Where the chains are, `[chains, m]`; null before the first call. Not trained. */
  chains(): Variable | null;
  dispose(): void;
}

const START = 0x5043;

function checkOptions({ chains = 100, steps = 1, stepSize = 0.01, manifold, dynamics }: PersistentOptions): void {
  const name = 'persistentContrastiveDivergence';
  if (manifold !== undefined && dynamics !== undefined)
    throw new TypeError(`${name}: give either a manifold or dynamics, which have their own.`);
  for (const [key, value] of Object.entries({ chains, steps }))
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name}: ${key} must be a positive integer; got ${value}.`);
  if (!(stepSize > 0 && Number.isFinite(stepSize))) throw new RangeError(`${name}: stepSize must be a positive number; got ${stepSize}.`);
}

/** As many draws as there are steps, for all chains: `[steps × chains, columns]`. */
const noiseOf = ({ noise }: Dynamics, chains: number, steps: number): NoiseSpec | null =>
  noise && { ...noise, shape: ([, m]) => noise.shape([steps * chains, m]) };

/**
 * Persistent contrastive divergence, Tieleman 2008: E(data) − E(chains), whose gradient is that of the negative log likelihood, in nats, where the chains
 * follow the model. Each call moves the chains by some steps of the sampler of exp(−E) first, and they stay where they are until the next. It is **not** on
 * the scale of the score matching losses: its value is near 0 when it has converged, and measures nothing.
 *
 * The chains are a tf.Variable that each evaluation assigns, one of validation data too. A checkpoint of `fit` has them, and a run that resumes goes on with them. A second `fit` goes on with
 * the chains of the first.
 *
 * @throws RangeError for options out of range; TypeError where both a manifold and dynamics are given; when called, Error where `start` has another shape
 */
export function persistentContrastiveDivergence(options: PersistentOptions = {}): PersistentObjective {
  checkOptions(options);
  register();
  const { chains = 100, steps = 1, stepSize = 0.01, start, seed = 0 } = options;
  const dynamics = options.dynamics ?? riemannianLangevin(options.manifold ?? euclidean());
  const { manifold } = dynamics;
  const spec = noiseOf(dynamics, chains, steps);
  let pool: Variable | null = null;
  let calls = 0;

  const begin = (m: number): Variable =>
    tf.tidy(() => {
      const points = start ?? manifold.fromGaussian(drawNoise(gaussian(), [chains, m], randomStream(seed, START)) as Tensor2D);
      if (points.shape[0] === chains && points.shape[1] === m) return tf.variable(points, false);
      throw new Error(`persistentContrastiveDivergence: expected starting points [${chains}, ${m}]; got [${points.shape.join(', ')}].`);
    });

  const state = (m: number): readonly Variable[] => {
    pool ??= begin(m);
    return [pool];
  };
  const facts = { name: 'persistentContrastiveDivergence', manifold, noise: spec, epsilon: null, state };
  const objective = defineObjective(facts, (energy, x, noise) =>
    tf.tidy(() => {
      pool ??= begin(x.shape[1]);
      const z = spec && (noise ?? drawNoise(spec, x.shape, randomStream(seed, calls++)));
      let y = tf.clone(pool) as Tensor2D;
      for (let k = 0; k < steps; k++) {
        const share = z && (tf.slice(z, [k * (z.shape[0] / steps)], [z.shape[0] / steps]) as Tensor);
        y = dynamics.step(energy, y, stepSize, share).next;
      }
      // What is assigned has left the tape: the chains are held fixed, and nothing is propagated back through their steps.
      pool.assign(y);
      return tf.sub(tf.mean(energy(x)), tf.mean(energy(pool as unknown as Tensor2D))) as Scalar;
    }),
  );
  return Object.assign(objective, {
    chains: () => pool,
    dispose: () => {
      pool?.dispose();
      pool = null;
    },
  });
}
