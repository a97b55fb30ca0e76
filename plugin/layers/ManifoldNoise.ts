import type { Shape, serialization, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { heatSteps } from '../manifolds/heatSteps.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { parseManifold } from '../manifolds/parseManifold.ts';
import { smooth } from '../manifolds/smooth.ts';
import { type NoiseSource, noiseSource } from './noiseSource.ts';

export interface ManifoldNoiseConfig {
  /** A manifold, or its name as in `sphere:2`; what is saved is the name. */
  readonly manifold: Manifold | string;
  /** Standard deviation of each tangent coordinate, in units of geodesic distance. */
  readonly sigma: number;
  /** Of the noise, drawn anew at each call. Default 0. */
  readonly seed?: number;
  readonly name?: string;
}

/**
 * Points of a manifold `[batch, m]` → draws of the heat kernel of width σ around them, in training only (`apply(x, { training: true })`, as in `fit`); elsewhere
 * x itself. What `tf.layers.gaussianNoise` is to flat space.
 *
 * `fitCompiled` makes the noise an input of the step; other traces of a step cannot: there `fit`'s `smoothing` does the same.
 */
export class ManifoldNoise extends tf.layers.Layer {
  static readonly className = 'ManifoldNoise';
  private readonly manifold: Manifold;
  private readonly sigma: number;
  private readonly seed: number;
  private readonly source: NoiseSource;
  /** Where a compiled step finds what draws. */
  readonly layers: readonly tf.layers.Layer[];

  constructor({ name, manifold, sigma, seed = 0 }: ManifoldNoiseConfig) {
    const on = typeof manifold === 'string' ? parseManifold(manifold) : manifold;
    super({ ...(name !== undefined && { name }), ...(on.ambientDim !== null && { batchInputShape: [null, on.ambientDim] }) });
    if (!(sigma >= 0 && Number.isFinite(sigma))) throw new RangeError(`ManifoldNoise: sigma must be a number of at least 0; got ${sigma}.`);
    this.manifold = on;
    this.sigma = sigma;
    this.seed = seed;
    this.source = noiseSource(`${this.name}_noise`, seed);
    this.layers = [this.source.layer];
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return inputShape as Shape;
  }

  override call(inputs: Tensor | Tensor[], { training = false }: { readonly training?: boolean } = {}): Tensor {
    return tf.tidy(() => {
      const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor2D;
      if (!training || this.sigma === 0) return tf.clone(x);
      return smooth(
        this.manifold,
        x,
        this.sigma,
        this.source.draw([x.shape[0], heatSteps(this.manifold, this.sigma) * x.shape[1]], training) as tf.Tensor2D,
      );
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), manifold: this.manifold.name, sigma: this.sigma, seed: this.seed };
  }
}
