import type { Value } from '../ir/value.ts';
import type { Builder } from '../onnx/builder.ts';

export interface FusedActivation {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

type Apply = (op: Builder, x: Value, attrs: FusedActivation, slope: Value | undefined) => Value;

/** The activations that tfjs fuses into matrix products and convolutions. */
const ACTIVATIONS: Readonly<Record<string, Apply>> = {
  linear: (_op, x) => x,
  relu: (op, x) => op.Relu(x),
  relu6: (op, x) => op.Clip(x, 0, 6),
  elu: (op, x) => op.Elu(x),
  sigmoid: (op, x) => op.Sigmoid(x),
  leakyrelu: (op, x, { leakyreluAlpha }) => op.LeakyRelu(x, { alpha: leakyreluAlpha }),
  prelu: (op, x, _attrs, slope) => op.PRelu(x, slope as Value),
};

/**
 * @param slope the weights of a prelu; undefined for the others
 * @throws Error for an activation that tfjs has added since
 */
export function activate(op: Builder, x: Value, attrs: FusedActivation, slope: Value | undefined): Value {
  const { activation = 'linear' } = attrs;
  const apply = ACTIVATIONS[activation];
  if (apply === undefined)
    throw new Error(`the fused activation ${activation} has no lowering; known are ${Object.keys(ACTIVATIONS).join(', ')}`);
  return apply(op, x, attrs, slope);
}
