import config from './config.json' with { type: 'json' };

/** A cell of the table of likelihoods. */
export interface LikelihoodCell {
  readonly posterior: 'explicit' | 'implicit';
  readonly latent: string;
  /** Nats in Wang et al. 2020. */
  readonly paper: number;
}

export const CONFIG = config;
export const LIKELIHOOD_CELLS = config.likelihood.cells as Readonly<Record<string, LikelihoodCell>>;
