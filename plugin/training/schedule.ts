import type { Scalar, Tensor2D } from '@tensorflow/tfjs';
import type { LossOption } from '../energy/energyModel.ts';
import { isOn } from '../losses/isOn.ts';
import { mvlLd } from '../losses/mvlLd.ts';
import { mvlRld } from '../losses/mvlRld.ts';
import type { Objective } from '../losses/objective.ts';
import { defaultEpsilon } from '../losses/precision.ts';
import type { VelocityOptions } from '../losses/velocitySamples.ts';
import { isFlat } from '../manifolds/isFlat.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import type { Smoothing } from './fitOptions.ts';

/**
 * Step of the loss's dynamics beside the smoothing, ε = 0.02 σ². Smoothed data have curvatures up to about 1/σ², so the O(ε) bias of the loss
 * stays near a per cent.
 */
const EPSILON_PER_VARIANCE = 0.02;

/**
 * The largest σ that ε follows: where the volume is finite, the radius 1 of our manifolds. Data blurred by more are nearly uniform, with curvatures of 1 rather than
 * 1/σ²; a longer step goes round, and the loss has no minimum.
 */
export const widestFollowed = ({ logVolume }: Manifold): number => (logVolume === null ? Number.POSITIVE_INFINITY : 1);

/** Beyond this ε/σ² the loss of data smoothed by σ falls without bound as the energy stiffens: λ ≳ 4/ε for λ = 1/σ². */
const UNSTABLE = 4;

/** @throws for widths that are not positive numbers */
export function smoothingAt(smoothing: Smoothing | undefined): ((progress: number) => number) | null {
  if (smoothing === undefined) return null;
  const at =
    typeof smoothing === 'function'
      ? smoothing
      : typeof smoothing === 'number'
        ? () => smoothing
        : (progress: number) => smoothing.from * (smoothing.to / smoothing.from) ** progress;
  return (progress) => {
    const sigma = at(progress);
    if (sigma > 0 && Number.isFinite(sigma)) return sigma;
    throw new RangeError(`fit: smoothing must be a positive width at every moment; it is ${sigma} at progress ${progress}.`);
  };
}

const isObjective = (loss: LossOption): loss is Objective => 'manifold' in loss;

/** The loss to use on data smoothed by σ, null: not smoothed. ε follows σ where the loss leaves it open. */
export interface LossAt {
  (sigma: number | null): Objective;
  /** The same, ε without smoothing following the scale of some data; null where ε or the scale is given, or the loss has none. */
  readonly forScale: ((scale: number) => LossAt) | null;
  /** The loss of smoothed data at a step ε that is an input of a traced program, or one for each sample, `[batch, 1]`; null where ε does not follow σ. */
  readonly traced: ((epsilon: Scalar | Tensor2D) => Objective) | null;
}

type Make = (epsilon: number, scale: number) => Objective;

/** ε for data smoothed by σ. */
export const epsilonFor = (sigma: number, manifold: Manifold): number =>
  EPSILON_PER_VARIANCE * Math.min(sigma, widestFollowed(manifold)) ** 2;

function checkManifold(objective: Objective, manifold: Manifold): Objective {
  if (isOn(objective, manifold)) return objective;
  throw new Error(
    `compile: the loss ${objective.name} is on ${objective.manifold.name}, the model on ${manifold.name}. Give both the same manifold.`,
  );
}

/**
 * @param options of the loss where none is given
 * @param scale of the data, where it is known: without smoothing, what an ε that is left open goes by
 * @throws where the loss is on another manifold than the model; when called, where a fixed ε is far too large for the smoothing
 */
export function lossAt(loss: LossOption | undefined, manifold: Manifold, options: VelocityOptions = {}, scale?: number): LossAt {
  if (loss !== undefined && typeof loss !== 'function')
    throw new TypeError(
      `compile: loss must be an objective such as mvlRld({ manifold }), or a function of ε that makes one; got ${JSON.stringify(loss)}.`,
    );
  const given: LossOption = loss ?? (isFlat(manifold) ? mvlLd(options) : mvlRld({ manifold, ...options }));
  const make: Make | undefined = isObjective(given) ? given.withEpsilon : given;
  const told = isObjective(given) ? (given.scale ?? 1) : 1;
  const open = isObjective(given) ? given.scale === undefined && given.withEpsilon !== undefined : true;
  const plain = isObjective(given) && (!open || scale === undefined) ? given : (make as Make)(defaultEpsilon(scale), scale ?? told);
  checkManifold(plain, manifold);
  const at = (sigma: number | null): Objective => {
    if (sigma === null) return plain;
    if (make) return make(epsilonFor(sigma, manifold), told);
    if (plain.epsilon === null || plain.epsilon < UNSTABLE * sigma ** 2) return plain;
    throw new Error(
      `fit: ${plain.name} steps ε = ${plain.epsilon} from points smoothed by σ = ${sigma}; from ε = ${UNSTABLE} σ² on this loss has no minimum. ` +
        'Leave epsilon out, or give compile a function, { loss: (epsilon) => … }: then ε = 0.02 σ².',
    );
  };
  // Whoever wrote a function of ε has numbers in mind; a tensor goes through all that only passes it on.
  const traced = make ? (epsilon: Scalar | Tensor2D) => make(epsilon as Scalar & number, told) : null;
  const forScale = open ? (measured: number) => lossAt(loss, manifold, options, measured) : null;
  return Object.assign(at, { traced, forScale });
}

/** @throws TypeError where a learning rate is not a function */
export function checkLearningRate(where: string, learningRate: unknown): void {
  if (learningRate !== undefined && typeof learningRate !== 'function')
    throw new TypeError(
      `${where}: learningRate must be a function of progress in [0, 1], such as (progress) => 0.01 * (1 - progress); got ${learningRate}. A fixed rate belongs to the optimizer.`,
    );
}
