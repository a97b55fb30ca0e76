import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { register } from '../../../plugin/gradients/register.ts';
import { OPERATIONS } from './cases.ts';
import { compare, DERIVATIVES, derivativeOf, GOLDENS } from './measure.ts';
import { TOLERANCE } from './tolerance.ts';
import { WASM_CANNOT } from './wasmCannot.ts';

register();

beforeAll(async () => {
  // In its test mode tfjs takes the tensors that a custom gradient saves for a leak, because wasm copies where cpu shares.
  tf.env().set('IS_TEST', false);
  await tf.setBackend('wasm');
});

it('runs on wasm', () => {
  expect(tf.getBackend()).toBe('wasm');
});

describe.each(Object.keys(GOLDENS).filter((name) => !(name in WASM_CANNOT)))('%s', (name) => {
  it.each(DERIVATIVES)('%s derivative', (which) => {
    const { error, cosine } = compare(derivativeOf(OPERATIONS[name], GOLDENS[name], which), GOLDENS[name][which]);
    expect(error).toBeLessThanOrEqual(TOLERANCE);
    expect(cosine).toBeGreaterThanOrEqual(1 - 1e-9);
  });
});

const wasmKernel = (name: string, inputs: Record<string, tf.Tensor>, attrs: Record<string, unknown>): tf.Tensor =>
  tf.getKernel(name, 'wasm').kernelFunc({ inputs, attrs: attrs as never, backend: tf.backend() }) as tf.Tensor;

it('drops the rows of negative segments', () => {
  const x = tf.tensor2d([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const segmentIds = tf.tensor1d([1, -1, 1], 'int32');
  expect(wasmKernel('UnsortedSegmentSum', { x, segmentIds }, { numSegments: 2 }).arraySync()).toEqual([
    [0, 0],
    [6, 8],
  ]);
});

it('refuses channels first', () => {
  const x = tf.zeros([1, 1, 3, 3]);
  const attributes = { filterShape: [2, 2, 1, 1], strides: 1, pad: 'valid', dataFormat: 'NCHW' };
  expect(() => wasmKernel('Conv2DBackpropFilter', { x, dy: tf.zeros([1, 1, 2, 2]) }, attributes)).toThrow(/NHWC; got NCHW/);
});
