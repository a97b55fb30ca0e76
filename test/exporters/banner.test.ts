import { expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { exportOnnx } from '../../exporters/index.ts';
import '../support/wasm.ts';

it('a trace beside another backend does not print what tfjs advises users of its cpu backend', async () => {
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
  await exportOnnx((x: tf.Tensor) => tf.mul(x, tf.add(x, 0.5)), { inputs: { x: { shape: ['batch', 2] } } });
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});
