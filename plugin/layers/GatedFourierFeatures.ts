import type { Shape, serialization, Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { checkFrequencies, projections } from './projections.ts';

export interface GatedFourierFeaturesConfig {
  /** Norms ω of the projection vectors, in radians per unit of x: one group of features each. */
  readonly frequencies: readonly number[];
  /** Projections per frequency. */
  readonly count: number;
  /** Fixes the directions of the projections. Default 0. */
  readonly seed?: number;
  readonly name?: string;
}

/**
 * x `[batch, m]` and log σ `[batch, 1]`, in this order → (x, log σ, g cos ω⟨u, x⟩, g sin ω⟨u, x⟩) with g = exp(−⅛ σ²ω²), for fixed random unit vectors u
 * at several frequencies ω. Data blurred by σ have no detail finer than σ, and features that would show it fade. The projections are saved as a weight
 * that is not trained.
 */
export class GatedFourierFeatures extends tf.layers.Layer {
  static readonly className = 'GatedFourierFeatures';
  private readonly settings: Required<Omit<GatedFourierFeaturesConfig, 'name'>>;
  private projection!: tf.LayerVariable;

  constructor({ name, frequencies, count, seed = 0 }: GatedFourierFeaturesConfig) {
    super(name === undefined ? {} : { name });
    checkFrequencies('GatedFourierFeatures', frequencies, count);
    this.settings = { frequencies, count, seed };
  }

  override build(inputShape: Shape | Shape[]): void {
    const shapes = inputShape as Shape[];
    if (!Array.isArray(shapes[0]) || shapes.length !== 2 || shapes[1].at(-1) !== 1)
      throw new Error(`GatedFourierFeatures: expected [x, log σ], the second of one column; got shapes ${JSON.stringify(inputShape)}.`);
    const m = shapes[0].at(-1) as number;
    const { frequencies, count, seed } = this.settings;
    const columns = frequencies.length * count;
    this.projection = this.addWeight('projection', [m, columns], 'float32', tf.initializers.zeros(), undefined, false);
    tf.tidy(() => {
      this.projection.write(tf.tensor2d(projections(m, frequencies, count, seed), [m, columns]));
    });
    this.built = true;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [[batch, m]] = inputShape as Shape[];
    const { frequencies, count } = this.settings;
    return [batch, (m as number) + 1 + 2 * frequencies.length * count];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tf.tidy(() => {
      const [x, logSigma] = inputs as Tensor2D[];
      const { frequencies, count } = this.settings;
      const phase = tf.matMul(x, this.projection.read() as Tensor2D);
      const rates = frequencies.flatMap((omega) => Array<number>(count).fill(-(omega ** 2) / 8));
      const gate = tf.exp(tf.mul(tf.exp(tf.mul(2, logSigma)), tf.tensor2d([rates])));
      return tf.concat([x, logSigma, tf.mul(gate, tf.cos(phase)), tf.mul(gate, tf.sin(phase))], 1);
    });
  }

  override getConfig(): serialization.ConfigDict {
    const { frequencies, count, seed } = this.settings;
    return { ...super.getConfig(), frequencies: [...frequencies], count, seed };
  }
}
