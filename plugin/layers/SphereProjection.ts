import type { Shape, serialization, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { sphere } from '../manifolds/sphere.ts';

export interface SphereProjectionConfig {
  /** Radius of the sphere. √m keeps the coordinates of [batch, m] at unit size, as networks like them. Default 1. */
  readonly radius?: number;
  readonly name?: string;
}

/** x `[batch, m]` → radius · x/|x|, points of a sphere of dimension m − 1; 0 goes to a point of it too, and derivatives are finite there. */
export class SphereProjection extends tf.layers.Layer {
  static readonly className = 'SphereProjection';
  private readonly radius: number;

  constructor({ name, radius = 1 }: SphereProjectionConfig = {}) {
    super(name === undefined ? {} : { name });
    if (!(radius > 0 && Number.isFinite(radius)))
      throw new RangeError(`SphereProjection: radius must be a positive number; got ${radius}.`);
    this.radius = radius;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return inputShape as Shape;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tf.tidy(() => {
      const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor2D;
      return tf.mul(this.radius, sphere(x.shape[1] - 1).project(x));
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), radius: this.radius };
  }
}
