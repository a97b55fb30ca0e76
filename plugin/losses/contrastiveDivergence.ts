import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Dynamics } from '../dynamics/dynamics.ts';
import { gradientOf } from '../dynamics/gradientOf.ts';
import { perRow } from '../dynamics/perRow.ts';
import { riemannianLangevin } from '../dynamics/riemannianLangevin.ts';
import type { Energy } from '../energy/energy.ts';
import { euclidean } from '../manifolds/euclidean.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { detach } from './detach.ts';
import type { Objective } from './objective.ts';
import { checkEpsilon, defaultEpsilon } from './precision.ts';
import { projectionNoise } from './projectionNoise.ts';
import { sampledObjective } from './sampledObjective.ts';

export interface ContrastiveOptions {
  /** Of the Langevin dynamics that makes x⁻. Default: flat space. */
  readonly manifold?: Manifold;
  /** Another dynamics to make x⁻ by; one that runs on kernels makes this KSD contrastive divergence. Default: Langevin on the manifold. */
  readonly dynamics?: Dynamics;
  /** Step ε. Default: 1e-3 `scale²` where the backend computes in float32, 3e-2 `scale²` in float16. */
  readonly epsilon?: number | Scalar | Tensor2D;
  /** Typical length in the data, as `dataScale` measures it. Default 1. */
  readonly scale?: number;
  /** Subtract the step's martingale: from the gradient, √(2ε)⟨∂θ grad E, z⟩/ε. Default true. */
  readonly controlVariate?: boolean;
  /** Default `gaussian`. */
  readonly noise?: 'gaussian' | 'rademacher';
  /** For noise that the loss draws itself, where none is passed. Default 0. */
  readonly seed?: number;
}

const squaredGradient = (energy: Energy, manifold: Manifold, x: Tensor2D): Tensor1D => {
  const gradient = gradientOf(energy, manifold)(x);
  return manifold.inner(x, gradient, gradient);
};

/**
 * Contrastive divergence with one step, CD-1 (Hinton 2002; Hyvärinen 2007 for its limit): x⁻ is one step of size ε of the sampler of exp(−E), not of
 * exp(−E/2), and is held fixed under differentiation,
 *
 *     −(2/ε)(E(x⁻) − E(x) − martingale) − |grad E(x)|²,    x⁻ and the last term detached.
 *
 * Its gradient tends to that of L = E[|grad E|² − 2ΔE] as ε → 0, and so does its value, for which the last term is there. With E = λx²/2 on N(0, 1)
 * the value is λ² − 2λ − ελ³ and the gradient 2λ − 2 − ελ²: they are not one function's.
 *
 * With `dynamics` of your own the last term is left out, being of no known form: only the gradient is that of a loss.
 *
 * @throws RangeError where ε is not positive; TypeError where both a manifold and dynamics are given; Error for unknown noise; when called, Error where ε is
 * too small for the backend's precision
 */
export function contrastiveDivergence(options: ContrastiveOptions = {}): Objective {
  const { scale = 1, controlVariate = true, noise = 'gaussian', seed = 0 } = options;
  if (options.dynamics !== undefined && options.manifold !== undefined)
    throw new TypeError('contrastiveDivergence: give either a manifold or dynamics, which have their own.');
  if (typeof options.epsilon === 'number' && !(options.epsilon > 0 && Number.isFinite(options.epsilon)))
    throw new RangeError(`contrastiveDivergence: epsilon must be a positive number; got ${options.epsilon}. Its limit is ssmVr().`);
  const dynamics = options.dynamics ?? riemannianLangevin(options.manifold ?? euclidean());
  const { manifold } = dynamics;
  const name = options.dynamics === undefined ? 'contrastiveDivergence' : `contrastiveDivergence(${dynamics.name})`;
  const step = () => options.epsilon ?? defaultEpsilon(scale);
  const at = (epsilon: number | Scalar | Tensor2D, known = options.scale) =>
    contrastiveDivergence({ ...options, epsilon, ...(known !== undefined && { scale: known }) });
  const facts = {
    name,
    manifold,
    noise: dynamics.noise && { ...dynamics.noise, distribution: projectionNoise(name, null, noise).distribution },
    get epsilon() {
      const epsilon = step();
      return typeof epsilon === 'number' ? epsilon : null;
    },
    atEpsilon: (epsilon: number) => at(epsilon),
    ...(options.epsilon === undefined && { withEpsilon: at }),
    ...(options.scale !== undefined && { scale: options.scale }),
  };
  const terms = (energy: Energy, x: Tensor2D, z: Tensor | null): Tensor1D => {
    const epsilon = step();
    if (typeof epsilon === 'number') checkEpsilon(epsilon, name, scale);
    const { next, martingale } = dynamics.step(energy, x, epsilon, z);
    const rise: Tensor1D = tf.sub(energy(detach(next)), energy(x));
    const change: Tensor1D = controlVariate && martingale !== null ? tf.sub(rise, martingale) : rise;
    const surrogate: Tensor1D = tf.mul(-2, tf.div(change, perRow(epsilon)));
    return options.dynamics === undefined ? tf.sub(surrogate, detach(squaredGradient(energy, manifold, x))) : surrogate;
  };
  return sampledObjective(facts, seed, terms);
}
