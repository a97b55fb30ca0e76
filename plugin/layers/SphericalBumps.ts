import type { Shape, serialization, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { randomStream } from '../../random/stream.ts';
import { sphere } from '../manifolds/sphere.ts';
import { drawNoise } from '../noise/drawNoise.ts';
import { gaussian } from '../noise/gaussian.ts';

export interface SphericalBumpsConfig {
  /** Number of bumps K. */
  readonly bumps: number;
  /** Width of all bumps at first, in radians. */
  readonly width: number;
  /** Share of the background at first. */
  readonly background: number;
  /** Fixes where the bumps begin: at independent uniform points. Default 0. */
  readonly seed?: number;
  readonly name?: string;
}

/**
 * Points x of Sⁿ, `[batch, n + 1]` → E(x) = −log(w₀/V + Σₖ wₖ (κₖ/2π)^(n/2) exp(−½ κₖ |x − μₖ|²)), `[batch, 1]`: a mixture of K von Mises–Fisher
 * bumps over a uniform background, V being the volume of Sⁿ. Unit centres μ, precisions κ and masses w, w₀ are all trained, and the masses need
 * not add up to 1.
 *
 * |x − μ|² is summed from differences: as 2 − 2⟨x, μ⟩ it would leave an error of 10⁻⁷κ in the energy.
 */
export class SphericalBumps extends tf.layers.Layer {
  static readonly className = 'SphericalBumps';
  private readonly settings: Required<Omit<SphericalBumpsConfig, 'name'>>;
  private centres!: tf.LayerVariable;
  private logPrecision!: tf.LayerVariable;
  private logMass!: tf.LayerVariable;
  private logBackground!: tf.LayerVariable;
  private logVolume!: number;

  constructor({ name, bumps, width, background, seed = 0 }: SphericalBumpsConfig) {
    super(name === undefined ? {} : { name });
    if (!Number.isInteger(bumps) || bumps < 1 || !(width > 0) || !(background > 0 && background < 1))
      throw new Error(
        `SphericalBumps: expected a positive integer of bumps, a positive width and a background in (0, 1); got ${bumps}, ${width} and ${background}.`,
      );
    this.settings = { bumps, width, background, seed };
  }

  override build(inputShape: Shape | Shape[]): void {
    const m = (inputShape as Shape).at(-1) as number;
    const { bumps, width, background, seed } = this.settings;
    const add = (name: string, shape: Shape, value: number) => this.addWeight(name, shape, 'float32', tf.initializers.constant({ value }));
    const ball = sphere(m - 1);
    this.logVolume = ball.logVolume as number;
    this.centres = add('centres', [m, bumps], 0);
    this.logPrecision = add('logPrecision', [1, bumps], -2 * Math.log(width));
    this.logMass = add('logMass', [1, bumps], Math.log((1 - background) / bumps));
    this.logBackground = add('logBackground', [1, 1], Math.log(background));
    tf.tidy(() => {
      const noise = drawNoise(gaussian(), [bumps, m], randomStream(seed, bumps)) as tf.Tensor2D;
      this.centres.write(tf.transpose(ball.fromGaussian(noise)));
    });
    this.built = true;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [...(inputShape as Shape).slice(0, -1), 1];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tf.tidy(() => {
      const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor2D;
      const m = x.shape[1];
      const centres = this.centres.read() as tf.Tensor2D;
      const unit: tf.Tensor2D = tf.div(centres, tf.sqrt(tf.sum(tf.square(centres), 0, true)));
      const column = (k: number) => tf.slice(x, [0, k], [-1, 1]);
      const row = (k: number) => tf.slice(unit, [k, 0], [1, -1]);
      const square = tf.addN(Array.from({ length: m }, (_, k) => tf.square(tf.sub(column(k), row(k)))));
      const logPrecision = this.logPrecision.read();
      const logHeight = tf.add(this.logMass.read(), tf.mul((m - 1) / 2, tf.sub(logPrecision, Math.log(2 * Math.PI))));
      const bumps = tf.exp(tf.add(logHeight, tf.mul(tf.mul(-0.5, tf.exp(logPrecision)), square)));
      const background = tf.exp(tf.sub(this.logBackground.read(), this.logVolume));
      return tf.neg(tf.log(tf.add(background, tf.sum(bumps, 1, true))));
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...this.settings };
  }
}
