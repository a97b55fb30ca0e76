export interface SampleOptions {
  /** Number of samples, each from a chain of its own. */
  readonly n: number;
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

export type SampleSettings = Required<Pick<SampleOptions, 'n' | 'steps' | 'stepSize' | 'seed'>>;

/** @throws RangeError naming the option that is out of range */
export function checkedSettings({ n, steps = 1000, stepSize, seed = 0 }: SampleOptions, suggested: number): SampleSettings {
  const demand = (ok: boolean, what: string, given: unknown) => {
    if (!ok) throw new RangeError(`sample: ${what}; got ${given}.`);
  };
  const dt = stepSize ?? suggested;
  demand(Number.isInteger(n) && n > 0, 'n, the number of samples, must be a whole number of at least 1', n);
  demand(Number.isInteger(steps) && steps >= 0, 'steps must be a whole number of at least 0', steps);
  demand(Number.isFinite(dt) && dt > 0, 'stepSize must be a positive number; without it the file has to suggest one', dt);
  demand(Number.isInteger(seed), 'seed must be a whole number', seed);
  return { n, steps, stepSize: dt, seed };
}
