/** What all methods have in common: Wang et al. 2020, §5, on MNIST; a constant learning rate, since curves are compared at each moment. */
export const SETTINGS = {
  seed: 1,
  latent: 8,
  batchSize: 128,
  averaging: 0.999,
  optimizer: { name: 'adam', learningRate: 1e-3, beta1: 0.5 },
  likelihood: { chains: 16, temperatures: 40, leapfrogs: 5 },
} as const;

/**
 * What some methods have beside. Of the scores of a standard normal law in 8 columns the Stein estimators keep a share with 16 draws, and
 * add an error, relative to E|∇log q|²:
 *
 *     ridge    share  error     vectors  share  error
 *     0.001    .80    1.53      16       .80    1.63
 *     0.03     .74    .73       10       .75    .56
 *     0.3      .49    .35       6        .52    .36
 *
 * What is missing from the share is a bias of every step, while errors average out: so the share is chosen to be nearly the greatest.
 */
export const ESTIMATORS = {
  /** Of denoising score matching: its scores are those of a law wider by σ² = 0.09, where laws of u have variances of 1 and more. */
  sigma: 0.3,
  /** K, draws of each row for the Stein estimators. */
  draws: 16,
  /** η of Li & Turner's. */
  ridge: 0.03,
  /** J of the spectral one. */
  vectors: 10,
} as const;
