import type { Shape, serialization, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { randomStream } from '../../random/stream.ts';
import { heatSteps } from '../manifolds/heatSteps.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { parseManifold } from '../manifolds/parseManifold.ts';
import { smooth } from '../manifolds/smooth.ts';
import { drawNoise } from '../noise/drawNoise.ts';
import { gaussian } from '../noise/gaussian.ts';

export interface ManifoldNoiseConfig {
  /** A manifold, or its name as in `sphere:2`; what is saved is the name. */
  readonly manifold: Manifold | string;
  /** Standard deviation of each tangent coordinate, in units of geodesic distance. */
  readonly sigma: number;
  /** The k-th call draws from `randomStream(seed, k)`. Default 0. */
  readonly seed?: number;
  readonly name?: string;
}

/**
 * Points of a manifold `[batch, m]` → draws of the heat kernel of width σ around them, in training only (`apply(x, { training: true })`, as in `fit`); elsewhere
 * x itself. What `tf.layers.gaussianNoise` is to flat space.
 *
 * The noise is drawn inside, so that a step with this layer cannot be traced: there `fit`'s `smoothing` does the same.
 */
export class ManifoldNoise extends tf.layers.Layer {
  static readonly className = 'ManifoldNoise';
  private readonly manifold: Manifold;
  private readonly sigma: number;
  private readonly seed: number;
  private calls = 0;

  constructor({ name, manifold, sigma, seed = 0 }: ManifoldNoiseConfig) {
    super(name === undefined ? {} : { name });
    if (!(sigma >= 0 && Number.isFinite(sigma))) throw new RangeError(`ManifoldNoise: sigma must be a number of at least 0; got ${sigma}.`);
    this.manifold = typeof manifold === 'string' ? parseManifold(manifold) : manifold;
    this.sigma = sigma;
    this.seed = seed;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return inputShape as Shape;
  }

  override call(inputs: Tensor | Tensor[], { training = false }: { readonly training?: boolean } = {}): Tensor {
    return tf.tidy(() => {
      const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor2D;
      if (!training || this.sigma === 0) return tf.clone(x);
      const noise = drawNoise(
        gaussian(heatSteps(this.manifold, this.sigma) * x.shape[1]),
        x.shape,
        randomStream(this.seed, this.calls++),
      ) as tf.Tensor2D;
      return smooth(this.manifold, x, this.sigma, noise);
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), manifold: this.manifold.name, sigma: this.sigma, seed: this.seed };
  }
}
