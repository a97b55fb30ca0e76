import type { Shape, serialization, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

const forms = {
  inner: (h: Tensor, x: Tensor) => tf.sum(tf.mul(h, x), 1, true),
  distance: (h: Tensor, x: Tensor) => tf.mul(0.5, tf.sum(tf.square(tf.sub(x, h)), 1, true)),
} as const;

export interface EnergyHeadConfig {
  /** `inner`: ⟨h, x⟩, as in the experiments of Wang et al. 2020; `distance`: ½|x − h|², bounded below. Default `inner`. */
  readonly form?: keyof typeof forms;
  readonly name?: string;
}

/** The last layer of an energy: h, what a network makes of x, and x itself, both `[batch, m]`, in this order → the energy `[batch, 1]`. */
export class EnergyHead extends tf.layers.Layer {
  static readonly className = 'EnergyHead';
  private readonly form: keyof typeof forms;

  constructor({ name, form = 'inner' }: EnergyHeadConfig = {}) {
    super(name === undefined ? {} : { name });
    if (!Object.hasOwn(forms, form))
      throw new Error(`EnergyHead: unknown form "${form}"; expected one of ${Object.keys(forms).join(', ')}.`);
    this.form = form;
  }

  override build(inputShape: Shape | Shape[]): void {
    const shapes = inputShape as Shape[];
    if (shapes.length !== 2 || !Array.isArray(shapes[0]) || shapes[0].at(-1) !== shapes[1].at(-1))
      throw new Error(`EnergyHead: expected [h, x] with as many columns each; got shapes ${JSON.stringify(inputShape)}.`);
    this.built = true;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [(inputShape as Shape[])[0][0], 1];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const [h, x] = inputs as Tensor[];
    return tf.tidy(() => forms[this.form](h, x));
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), form: this.form };
  }
}
