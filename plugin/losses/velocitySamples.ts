import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { randomStream } from '../../random/stream.ts';
import type { Dynamics } from '../dynamics/dynamics.ts';
import { perRow } from '../dynamics/perRow.ts';
import type { Energy } from '../energy/energy.ts';
import { register } from '../gradients/register.ts';
import { drawNoise } from '../noise/drawNoise.ts';
import type { NoiseSpec } from '../noise/noiseSpec.ts';
import { checkEpsilon, defaultEpsilon } from './precision.ts';
import { rescaledStep } from './rescaledStep.ts';
import { weighted } from './weighted.ts';

export interface VelocityOptions {
  /**
   * Step ε. Default: 1e-3 `scale²` where the backend computes in float32, 3e-2 `scale²` in float16. 0: the limit ε → 0, without bias and round-off by 1/ε,
   * at the cost of a second derivative along the noise. A tensor where it is an input of a traced program, `[batch, 1]` where each sample has its own.
   */
  readonly epsilon?: number | Scalar | Tensor2D;
  /** Typical length in the data, as `dataScale` measures it: what the default ε and the smallest one allowed go by. Default 1. */
  readonly scale?: number;
  /** Subtract the step's martingale, which takes 1/ε out of the variance. Default true. */
  readonly controlVariate?: boolean;
  /** `rademacher`: signs, of less variance; `antithetic`: gaussian z and −z. Default `gaussian`. */
  readonly noise?: 'gaussian' | 'rademacher' | 'antithetic';
  /** ε / max(1, |½ grad E|²) for each sample, a guard against energies that grow stiffer without end. Default false. */
  readonly stepRescale?: boolean;
  /** For noise that the loss draws itself, where none is passed. Default 0. */
  readonly seed?: number;
  /** As shown in logs and files. */
  readonly name?: string;
}

const kinds = ['gaussian', 'rademacher', 'antithetic'] as const;

function noiseOf(dynamics: Dynamics, kind: (typeof kinds)[number]): NoiseSpec | null {
  if (!kinds.includes(kind)) throw new Error(`minimumVelocity: unknown noise "${kind}"; expected one of ${kinds.join(', ')}.`);
  if (dynamics.noise === null) return null;
  return { ...dynamics.noise, distribution: kind === 'rademacher' ? 'rademacher' : 'gaussian' };
}

const isStep = (epsilon: number | Scalar | Tensor2D): boolean =>
  epsilon instanceof tf.Tensor
    ? epsilon.rank === 0 || (epsilon.rank === 2 && epsilon.shape[1] === 1)
    : epsilon >= 0 && Number.isFinite(epsilon);

/** @throws for what is wrong with the options whatever the points */
function checkOptions(dynamics: Dynamics, { epsilon, scale = 1, controlVariate = true }: VelocityOptions, name: string): void {
  if (dynamics.samplerOnly)
    throw new Error(
      `${name}: ${dynamics.name} is a sampler only: its energy change over ε tends to nothing that a loss could be. ` +
        'Use langevin(), riemannianLangevin(manifold) or mala(manifold).',
    );
  if (epsilon !== undefined && !isStep(epsilon))
    throw new RangeError(`${name}: epsilon must be a positive number, or 0 for the limit; got ${epsilon}.`);
  if (!(scale > 0 && Number.isFinite(scale))) throw new RangeError(`${name}: scale must be a positive number; got ${scale}.`);
  if (epsilon !== 0) return;
  if (dynamics.generator === undefined)
    throw new Error(`${name}: the dynamics ${dynamics.name} does not state its limit at epsilon = 0. Give a positive epsilon.`);
  if (!controlVariate)
    throw new Error(
      `${name}: at epsilon = 0 the loss without its control variate has infinite variance, 2|grad E|²/ε. Leave controlVariate out.`,
    );
}

/** −4 (rise) / dt, where dt is one number or one for each sample. */
const rate = (rise: Tensor1D, dt: number | Scalar | Tensor2D): Tensor1D => tf.mul(-4, tf.div(rise, perRow(dt)));

/** The terms of a minimum velocity loss before their mean is taken, for weights, standard errors and variances. */
export interface VelocitySamples {
  (energy: Energy, x: Tensor2D, noise?: Tensor): Tensor1D;
  readonly noise: NoiseSpec | null;
  epsilon(): number | Scalar | Tensor2D;
}

/**
 * −(2/ε)(E(x⁻) − E(x) − martingale) for each sample, `[batch]`; see `minimumVelocity`, which is its mean.
 *
 * @throws as `minimumVelocity`
 */
export function velocitySamples(dynamics: Dynamics, options: VelocityOptions = {}): VelocitySamples {
  const { controlVariate = true, noise: kind = 'gaussian', stepRescale = false, seed = 0, scale = 1, name = dynamics.name } = options;
  checkOptions(dynamics, options, name);
  register();
  const spec = noiseOf(dynamics, kind);
  const epsilon = () => options.epsilon ?? defaultEpsilon(scale);
  let calls = 0;

  /** (E(x⁻) − E(x) − martingale)/ε with U = ½E in its limit; even in the noise, so that antithetic pairs gain nothing. */
  const limit = (half: Energy, x: Tensor2D, z: Tensor): Tensor1D =>
    tf.mul(-4, (dynamics.generator as NonNullable<Dynamics['generator']>)(half, x, z));

  /** The step runs on U = ½E, so 2(E(x⁻) − E(x) − …) is four times what U and its martingale give. */
  const velocity = (half: Energy, x: Tensor2D, z: Tensor | null): Tensor1D => {
    const dt = stepRescale ? rescaledStep(half, dynamics.manifold, x, epsilon()) : epsilon();
    const { next, martingale, weights } = dynamics.step(half, x, dt, z);
    const before = half(x);
    const rise: Tensor1D = tf.sub(half(next), before);
    const drift: Tensor1D = controlVariate && martingale !== null ? tf.sub(rise, martingale) : rise;
    if (weights === undefined) return rate(drift, dt);
    if (stepRescale) throw new Error(`${name}: weights need one step for all samples; leave stepRescale out.`);
    return rate(weighted(before, drift, weights.log), dt);
  };

  const samples = (energy: Energy, x: Tensor2D, noise?: Tensor): Tensor1D =>
    tf.tidy(() => {
      const step = epsilon();
      if (typeof step === 'number' && step > 0) checkEpsilon(step, name, scale);
      const half: Energy = (y) => tf.mul(0.5, energy(y));
      const z = spec && (noise ?? drawNoise(spec, x.shape, randomStream(seed, calls++)));
      if (step === 0) return limit(half, x, z as Tensor);
      const forward = velocity(half, x, z);
      return kind === 'antithetic' && z !== null ? tf.mul(0.5, tf.add(forward, velocity(half, x, tf.neg(z)))) : forward;
    });
  return Object.assign(samples, { noise: spec, epsilon });
}
