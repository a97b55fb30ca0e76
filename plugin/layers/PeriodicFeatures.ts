import type { Shape, serialization, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

export interface PeriodicFeaturesConfig {
  /** Of every coordinate, in its units. Default 2π. */
  readonly period?: number;
  /** Waves k = 1 … harmonics of each coordinate. Default 1. */
  readonly harmonics?: number;
  readonly name?: string;
}

/**
 * x `[batch, m]` → (cos kωx, sin kωx) for k = 1 … harmonics, ω = 2π/period, `[batch, 2 m harmonics]`: first all cosines, wave by wave, then all sines. What follows
 * is a smooth function on a torus, whatever it is.
 */
export class PeriodicFeatures extends tf.layers.Layer {
  static readonly className = 'PeriodicFeatures';
  private readonly settings: Required<Omit<PeriodicFeaturesConfig, 'name'>>;

  constructor({ name, period = 2 * Math.PI, harmonics = 1 }: PeriodicFeaturesConfig = {}) {
    super(name === undefined ? {} : { name });
    if (!(period > 0 && Number.isFinite(period)) || !Number.isInteger(harmonics) || harmonics < 1)
      throw new RangeError(
        `PeriodicFeatures: expected a positive period and a positive integer of harmonics; got ${period} and ${harmonics}.`,
      );
    this.settings = { period, harmonics };
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const shape = inputShape as Shape;
    return [...shape.slice(0, -1), 2 * this.settings.harmonics * (shape.at(-1) as number)];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      const { period, harmonics } = this.settings;
      const phases = Array.from({ length: harmonics }, (_, k) => tf.mul(x, (2 * Math.PI * (k + 1)) / period));
      const phase = tf.concat(phases, 1);
      return tf.concat([tf.cos(phase), tf.sin(phase)], 1);
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...this.settings };
  }
}
