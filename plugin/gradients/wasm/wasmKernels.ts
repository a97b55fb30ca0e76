import type { KernelFunc, NamedAttrMap, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { conv2DBackpropFilter } from './Conv2DBackpropFilter.ts';
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './depthwise.ts';
import { unsortedSegmentSum } from './unsortedSegmentSum.ts';

/** Inside a kernel nothing is taped, so that the kernel's own gradient stays the one that counts. */
const composed =
  <Inputs, Attributes>(compute: (inputs: Inputs, attributes: Attributes) => Tensor): KernelFunc =>
  ({ inputs, attrs }) =>
    tf.tidy(() => compute(inputs as Inputs, attrs as NamedAttrMap as Attributes));

const KERNELS: Readonly<Record<string, KernelFunc>> = {
  [tf.Conv2DBackpropFilter]: composed(conv2DBackpropFilter),
  [tf.DepthwiseConv2dNativeBackpropFilter]: composed(depthwiseBackpropFilter),
  [tf.DepthwiseConv2dNativeBackpropInput]: composed(depthwiseBackpropInput),
  [tf.UnsortedSegmentSum]: composed(unsortedSegmentSum),
};

/** Backward kernels that tfjs's wasm backend lacks, made of those that it has. Does nothing where the backend has come by one of its own. */
export function registerWasmKernels(): void {
  for (const [kernelName, kernelFunc] of Object.entries(KERNELS)) {
    if (tf.getKernel(kernelName, 'wasm') == null) tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
  }
}
