import type { WaeRegulariser } from 'tfjs-mvl/models';
import config from './config.json' with { type: 'json' };

/** A cell of the table of likelihoods. */
export interface LikelihoodCell {
  readonly posterior: 'explicit' | 'implicit';
  readonly latent: string;
  /** Nats in Wang et al. 2020. */
  readonly paper: number;
}

/** A cell of the table of Wasserstein autoencoders. */
export interface WaeCell {
  readonly regulariser: WaeRegulariser;
  readonly latent: string;
  /** Of the regulariser. */
  readonly weight: number;
  /** Of mvl; absent: the default. */
  readonly blur?: number;
  /** Fréchet distance in Wang et al. 2020, by the features of another classifier; null: not there. */
  readonly paper: number | null;
}

export const CONFIG = config;
export const LIKELIHOOD_CELLS = config.likelihood.cells as Readonly<Record<string, LikelihoodCell>>;
export const WAE_CELLS = config.wae.cells as Readonly<Record<string, WaeCell>>;
