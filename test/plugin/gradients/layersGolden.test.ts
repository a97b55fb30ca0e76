import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { register } from '../../../plugin/gradients/register.ts';
import { mvlLd } from '../../../plugin/losses/mvlLd.ts';
import { compare } from './measure.ts';

interface Golden {
  readonly epsilon: number;
  readonly parameters: readonly { readonly shape: number[]; readonly values: number[] }[];
  readonly points: { readonly flat: number[][] };
  readonly noise: number[][];
  readonly cases: readonly { readonly activation: 'tanh'; readonly loss: string; readonly value: number; readonly gradients: number[][] }[];
}

/** Made by test/golden/losses.py. Here the energy is a network of tf.layers, whose dense layers run tfjs's fused matrix product. */
const golden = JSON.parse(readFileSync('test/golden/losses.json', 'utf8')) as Golden;
const cases = golden.cases.filter(({ loss }) => loss === 'mvlLd');

register();

it('has six activations', () => {
  expect(cases).toHaveLength(6);
});

describe.each(cases)('a $activation network of tf.layers', ({ activation, value, gradients }) => {
  it('has JAX’s loss and parameter gradients', () => {
    const hidden = { units: 8, activation };
    const network = tf.sequential({
      layers: [tf.layers.dense({ inputShape: [3], ...hidden }), tf.layers.dense(hidden), tf.layers.dense({ units: 1 })],
    });
    network.setWeights(golden.parameters.map(({ shape, values }) => tf.tensor(values, shape)));
    const energy = (x: tf.Tensor2D) => tf.squeeze(network.apply(x) as tf.Tensor2D, [1]) as tf.Tensor1D;
    const loss = mvlLd({ epsilon: golden.epsilon });
    const [x, z] = [golden.points.flat, golden.noise].map((rows) => tf.tensor2d(rows));
    const variables = network.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const found = tf.variableGrads(() => loss(energy, x, z), variables);
    expect(Math.abs(found.value.dataSync()[0] / value - 1)).toBeLessThan(1e-5);
    const { error, cosine } = compare(
      variables.flatMap(({ name }) => Array.from(found.grads[name].dataSync())),
      gradients.flat(),
    );
    // Round-off of the loss is about 4e-7/ε of |E|.
    expect(error).toBeLessThan(2e-5);
    expect(cosine).toBeGreaterThan(1 - 1e-8);
  });
});
