import type { Run } from '../../plugin/training/run.ts';
import { summaryOf } from '../../plugin/training/summarize.ts';
import type { RunSummary } from '../../plugin/training/summary.ts';
import type { LatentModel } from './latentModel.ts';

/** What the last `fit` did: kept with the saved model and in exported files. */
export interface LatentSummary extends RunSummary {
  readonly regulariser: string;
  /** Of the regulariser beside the reconstruction. */
  readonly weight: number;
  readonly likelihood: string;
}

export const summarizeLatent = (run: Run, { parts, likelihood }: LatentModel): LatentSummary => ({
  regulariser: parts.regulariser.name,
  weight: parts.weight,
  likelihood: likelihood.name,
  ...summaryOf(run),
});
