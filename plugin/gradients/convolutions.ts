import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradient } from './gradient.ts';

type Attributes = NamedAttrMap & { readonly inputShape: number[]; readonly filterShape: number[] };

/** A convolution is linear in its input and in its filter. So are its two backward kernels, whose gradients are again among the three. */
const FAMILIES = [
  { forward: tf.Conv2D, toInput: tf.Conv2DBackpropInput, toFilter: tf.Conv2DBackpropFilter, dilations: [1, 1] },
  {
    forward: tf.DepthwiseConv2dNative,
    toInput: tf.DepthwiseConv2dNativeBackpropInput,
    toFilter: tf.DepthwiseConv2dNativeBackpropFilter,
    dilations: [1, 1],
  },
  { forward: tf.Conv3D, toInput: tf.Conv3DBackpropInputV2, toFilter: tf.Conv3DBackpropFilterV2, dilations: [1, 1, 1] },
] as const;

const run = (kernel: string, inputs: Record<string, Tensor>, attributes: NamedAttrMap): Tensor =>
  tf.engine().runKernel(kernel, inputs, attributes);

/** tfjs has a gradient for the first of these six alone, and refuses dilated convolutions before it comes to them. */
export const convolutions: readonly GradConfig[] = FAMILIES.flatMap(({ forward, toInput, toFilter, dilations }) => [
  gradient<Attributes>(toInput, ['dy', 'filter'], (above, [dy, filter], { inputShape: _, ...attributes }) => ({
    dy: () => run(forward, { x: above, filter }, { ...attributes, dilations: [...dilations] }),
    filter: () => run(toFilter, { x: above, dy }, { ...attributes, filterShape: filter.shape }),
  })),
  gradient<Attributes>(toFilter, ['x', 'dy'], (above, [x, dy], { filterShape: _, ...attributes }) => ({
    x: () => run(toInput, { dy, filter: above }, { ...attributes, inputShape: x.shape }),
    dy: () => run(forward, { x, filter: above }, { ...attributes, dilations: [...dilations] }),
  })),
]);
