import type { PointsInput } from './flatten.ts';

/** What all chains take. */
export interface ChainOptions {
  /** Default 1000. */
  readonly steps?: number;
  /** Default: the file's own suggestion, `card.sampler.stepSize`. */
  readonly stepSize?: number;
  /** Starting points draw from `randomStream(seed, 0)`, step k from `randomStream(seed, k)`: the same samples in every onnxruntime. Default 0. */
  readonly seed?: number;
  /** Called after each step, with steps counted from 1. */
  readonly onProgress?: (step: number, steps: number) => void;
  /** Aborting rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Chains from starting points of the file's own. */
export interface FreshChains {
  /** Number of samples, each from a chain of its own. */
  readonly n: number;
  /**
   * Draw so many starting points and let n of them begin, chosen with probability proportional to exp(−energy). Chains do not cross valleys of many
   * nats: this gives separated modes their share of the samples. For manifolds of finite volume, whose starting points are uniform. Default: n, all.
   */
  readonly candidates?: number;
  readonly from?: never;
}

/** Chains that go on from points. */
export interface GivenChains {
  /** Points `[n, m]` where the chains begin, such as earlier samples: give those another `seed`, or they see the same noise again. */
  readonly from: PointsInput;
  readonly n?: never;
  readonly candidates?: never;
}

export type SampleOptions = ChainOptions & (FreshChains | GivenChains);

export interface SampleSettings {
  readonly n: number;
  readonly steps: number;
  readonly stepSize: number;
  readonly seed: number;
  readonly candidates: number;
}

/** Manifolds whose starting points are uniform, by the first word of their names. */
const UNIFORM_STARTS: readonly string[] = ['sphere', 'torus', 'so3', 'stiefel'];

interface Suggested {
  readonly stepSize: number;
  readonly manifold: string;
}

/**
 * @param given how many points `from` has, or null
 * @throws RangeError naming the option that is out of range; TypeError where `from` comes with `n` or `candidates`
 */
export function checkedSettings(
  options: SampleOptions,
  { stepSize: suggested, manifold }: Suggested,
  given: number | null,
): SampleSettings {
  const clash = given === null ? undefined : (['n', 'candidates'] as const).find((name) => options[name] !== undefined);
  if (clash !== undefined) throw new TypeError(`sample: from brings its own points, ${given} of them; leave ${clash} out.`);
  const n = given ?? (options.n as number);
  const { steps = 1000, stepSize, seed = 0, candidates = n } = options;
  const demand = (ok: boolean, what: string, given: unknown) => {
    if (!ok) throw new RangeError(`sample: ${what}; got ${given}.`);
  };
  const dt = stepSize ?? suggested;
  demand(Number.isInteger(n) && n > 0, 'n, the number of samples, must be a whole number of at least 1', n);
  demand(Number.isInteger(steps) && steps >= 0, 'steps must be a whole number of at least 0', steps);
  demand(Number.isFinite(dt) && dt > 0, 'stepSize must be a positive number; without it the file has to suggest one', dt);
  demand(Number.isInteger(seed), 'seed must be a whole number', seed);
  demand(Number.isInteger(candidates) && candidates >= n, `candidates must be a whole number of at least n = ${n}`, candidates);
  const uniform = UNIFORM_STARTS.includes(manifold.split(':')[0]);
  demand(
    candidates === n || uniform,
    `candidates are for uniform starting points, which ${manifold} does not have; leave it out`,
    candidates,
  );
  return { n, steps, stepSize: dt, seed, candidates };
}
