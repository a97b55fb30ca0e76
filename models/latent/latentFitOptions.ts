import type { Tensor2D } from '@tensorflow/tfjs';
import type { Points } from '../../plugin/energy/points.ts';
import type { CommonFitOptions, TimedMetric } from '../../plugin/training/fitOptions.ts';
import { COMMON_OPTIONS, type Known, type OptionNames } from '../../plugin/training/settings.ts';
import type { LatentModel } from './latentModel.ts';

/** A measure of progress beside the loss, lower is better; it appears in the logs and the history as `val_<name>`. */
export interface LatentMetric extends TimedMetric {
  /** @param rows to validate on, `[n, columns]`, null where fit was given none; not to be disposed */
  evaluate(model: LatentModel, rows: Tensor2D | null): number | Promise<number>;
}

export interface LatentFitOptions extends CommonFitOptions {
  /** Rows to validate on; wins over `validationSplit`. */
  readonly validationData?: Points;
  /**
   * Share of the run over which the regulariser's weight rises from 0 to that of the model, in [0, 1): codes first part by what they are of. Default 0. Sønderby et
   * al. 2016, "warm-up".
   */
  readonly warmUp?: number;
  /** More measures of progress than the loss. */
  readonly validation?: LatentMetric | readonly LatentMetric[];
}

const OPTIONS: OptionNames<LatentFitOptions> = { ...COMMON_OPTIONS, validationData: true, validation: true, warmUp: true };

export const LATENT_FIT: Known = { options: OPTIONS, losses: ['loss', 'reconstruction', 'regulariser'] };
