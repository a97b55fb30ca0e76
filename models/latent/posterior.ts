import type { LayersModel, NamedTensorMap, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import type { NoiseInput } from './noiseInput.ts';

/** Mean of u given the features, and its standard deviation in each column, `[batch, dim]`, or nearly so; no gradient goes through them. */
export interface Moments {
  readonly centre: Tensor2D;
  readonly width: Tensor2D;
}

/** Codes z = Φ(u) as images of points u of flat space under a one-to-one map that depends on the data; the law of u is what has to be estimated. */
export interface Standardised {
  /** `[batch, dim]`, of about unit size. */
  readonly u: Tensor2D;
  /** What the law of u depends on, `[batch, features]`. */
  readonly features: Tensor2D;
  /** Computed only where it is asked for: an encoder does not need it. */
  moments(): Moments;
  /** log |∂Φ/∂u| in nats, `[batch]`: −log q(z) = −log q(u) + logVolume. */
  readonly logVolume: Tensor1D;
}

/** Codes drawn for a batch of data. */
export interface Draw {
  /** Points `[batch, m]` of the latent manifold, differentiable in the encoder's weights. */
  readonly z: Tensor2D;
  /** KL(q(z|x) ‖ p(z)) in nats, `[batch]`, or an unbiased estimate of it; where the law is known. */
  readonly kl?: Tensor1D;
  /** Where the law is that of an image of a standardised one. */
  readonly standard?: Standardised;
}

/** The law of codes given data, by how to draw from it. */
export interface Posterior {
  readonly latent: Manifold;
  /** What a draw is given. */
  readonly noise: readonly NoiseInput[];
  /** Its networks by name, for saving. */
  readonly networks: Readonly<Record<string, LayersModel>>;
  draw(x: Tensor2D, noise: NamedTensorMap): Draw;
}
