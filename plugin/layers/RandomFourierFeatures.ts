import type { Shape, serialization, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { checkFrequencies, projections } from './projections.ts';

export interface RandomFourierFeaturesConfig {
  /** Norms ω of the projection vectors, in radians per unit of x: one group of features each. */
  readonly frequencies: readonly number[];
  /** Projections per frequency. */
  readonly count: number;
  /** Factor of each group, one per frequency. Default: 1 for all. */
  readonly amplitudes?: readonly number[];
  /** Also pass x itself on. Default true. */
  readonly includeInput?: boolean;
  /** Fixes the directions of the projections. Default 0. */
  readonly seed?: number;
  readonly name?: string;
}

/**
 * x `[batch, m]` → (x, a cos ω⟨u, x⟩, a sin ω⟨u, x⟩), for fixed random unit vectors u at several frequencies ω: an MLP behind it learns detail
 * of every scale 1/ω at once. Rahimi & Recht 2007; Tancik et al. 2020. The projections are saved as a weight that is not trained.
 */
export class RandomFourierFeatures extends tf.layers.Layer {
  static readonly className = 'RandomFourierFeatures';
  private readonly settings: Required<Omit<RandomFourierFeaturesConfig, 'name'>>;
  private projection!: tf.LayerVariable;
  private amplitude!: tf.LayerVariable;

  constructor(config: RandomFourierFeaturesConfig) {
    super(config.name === undefined ? {} : { name: config.name });
    const { frequencies, count, amplitudes = frequencies.map(() => 1), includeInput = true, seed = 0 } = config;
    checkFrequencies('RandomFourierFeatures', frequencies, count);
    if (amplitudes.length !== frequencies.length)
      throw new Error(`RandomFourierFeatures: ${amplitudes.length} amplitudes for ${frequencies.length} frequencies; give one for each.`);
    this.settings = { frequencies, count, amplitudes, includeInput, seed };
  }

  override build(inputShape: Shape | Shape[]): void {
    const m = (inputShape as Shape).at(-1) as number;
    const { frequencies, count, amplitudes, seed } = this.settings;
    const columns = frequencies.length * count;
    const zeros = tf.initializers.zeros();
    this.projection = this.addWeight('projection', [m, columns], 'float32', zeros, undefined, false);
    this.amplitude = this.addWeight('amplitude', [1, columns], 'float32', zeros, undefined, false);
    tf.tidy(() => {
      this.projection.write(tf.tensor2d(projections(m, frequencies, count, seed), [m, columns]));
      this.amplitude.write(
        tf.tensor2d(
          Float32Array.from({ length: columns }, (_, c) => amplitudes[Math.floor(c / count)]),
          [1, columns],
        ),
      );
    });
    this.built = true;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const shape = inputShape as Shape;
    const { frequencies, count, includeInput } = this.settings;
    return [...shape.slice(0, -1), 2 * frequencies.length * count + (includeInput ? (shape.at(-1) as number) : 0)];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tf.tidy(() => {
      const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor2D;
      const phase = tf.matMul(x, this.projection.read() as tf.Tensor2D);
      const amplitude = this.amplitude.read();
      const waves = [tf.mul(tf.cos(phase), amplitude), tf.mul(tf.sin(phase), amplitude)];
      return tf.concat(this.settings.includeInput ? [x, ...waves] : waves, 1);
    });
  }

  override getConfig(): serialization.ConfigDict {
    const { frequencies, count, amplitudes, includeInput, seed } = this.settings;
    return { ...super.getConfig(), frequencies: [...frequencies], count, amplitudes: [...amplitudes], includeInput, seed };
  }
}
