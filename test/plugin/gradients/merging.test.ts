import { expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { exportOnnx } from '../../../exporters/exportOnnx.ts';
import { register } from '../../../plugin/gradients/register.ts';

register();

/** What a layer adds to the graph of an energy with its gradient, beyond matrix products: the activation once, and its slope. */
it.each([
  ['tanh', { Tanh: 2 }],
  ['sigmoid', { Sigmoid: 2 }],
  ['elu', { Elu: 2 }],
  ['selu', { Selu: 2 }],
  ['softplus', { Softplus: 2, Sigmoid: 2 }],
] as const)('an exported score recomputes no %s', async (activation, expected) => {
  const hidden = { units: 4, activation };
  const network = tf.sequential({
    layers: [tf.layers.dense({ inputShape: [3], ...hidden }), tf.layers.dense(hidden), tf.layers.dense({ units: 1 })],
  });
  const energy = (x: tf.Tensor) => tf.squeeze(network.apply(x) as tf.Tensor, [1]);
  const target = (x: tf.Tensor) => ({ energy: energy(x), score: tf.neg(tf.grad((y: tf.Tensor) => tf.sum(energy(y)))(x)) });
  const { graph } = await exportOnnx(target, { inputs: { x: { shape: ['batch', 3], dtype: 'float32' } } });
  const counts: Record<string, number> = {};
  for (const { op } of graph.nodes) counts[op] = (counts[op] ?? 0) + 1;
  expect(counts).toMatchObject(expected);
  expect(graph.nodes.length).toBeLessThanOrEqual(20);
});
