/** Milliseconds of a step over all rounds. */
export interface Times {
  readonly median: number;
  readonly min: number;
  /** Tenth and ninetieth percentile. */
  readonly p10: number;
  readonly p90: number;
  readonly steps: number;
}

export type PeerResult =
  | (Times & { readonly firstStepSeconds: number; readonly version: string; readonly peakMiB: number })
  | { readonly absent: string };

export interface CaseResult {
  readonly id: string;
  readonly title: string;
  readonly peers: Readonly<Record<string, PeerResult>>;
}

const round = (value: number): number => Number(value.toPrecision(4));

export function summary(ms: readonly number[]): Times {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (share: number): number => round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]);
  return { median: at(0.5), min: at(0), p10: at(0.1), p90: at(0.9), steps: ms.length };
}
