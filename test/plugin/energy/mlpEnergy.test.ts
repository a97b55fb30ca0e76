import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { mlpEnergy } from '../../../models/index.ts';
import { networkEnergy } from '../../../plugin/energy/networkEnergy.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';

const x = [0.6, -0.8, 0];
const weights = (network: tf.LayersModel) => network.getWeights().map((w) => w.arraySync());

/** The same network in plain numbers. */
function byHand(network: tf.LayersModel, activation: (v: number) => number): number[] {
  const list = weights(network);
  let h = x;
  for (let layer = 0; layer < list.length; layer += 2) {
    const [kernel, bias] = [list[layer] as number[][], list[layer + 1] as number[]];
    const z = bias.map((b, j) => b + h.reduce((sum, v, i) => sum + v * kernel[i][j], 0));
    h = layer + 2 < list.length ? z.map(activation) : z;
  }
  return h;
}

describe('mlpEnergy', () => {
  it('is ⟨f(x), x⟩ for an MLP f of two tanh layers of 128', () => {
    const network = mlpEnergy({ manifold: sphere(2), seed: 3 });
    expect(network.layers.slice(1).map((layer) => layer.getConfig().units)).toEqual([128, 128, 3]);
    const expected = byHand(network, Math.tanh).reduce((sum, f, i) => sum + f * x[i], 0);
    // Sums of 128 float32 products.
    expect(networkEnergy(network, sphere(2))(tf.tensor2d([x])).dataSync()[0]).toBeCloseTo(expected, 5);
  });

  it('is f(x) where asked, of other layers', () => {
    const network = mlpEnergy({ manifold: sphere(2), hidden: [5], activation: 'softplus', head: 'scalar' });
    const [expected] = byHand(network, (v) => Math.log1p(Math.exp(v)));
    expect(networkEnergy(network, sphere(2))(tf.tensor2d([x])).dataSync()[0]).toBeCloseTo(expected, 5);
  });

  it('starts from weights that the seed alone decides, not those of one layer in another', () => {
    const at = (seed: number) => weights(mlpEnergy({ manifold: sphere(2), hidden: [3, 3], seed }));
    expect(at(1)).toEqual(at(1));
    expect(at(1)).not.toEqual(at(2));
    expect(at(1)[0]).not.toEqual(at(1)[2]);
  });

  it('puts Fourier features in front', () => {
    const network = mlpEnergy({ manifold: euclidean(3), hidden: [4], features: { frequencies: [1, 2], count: 5 } });
    expect(network.layers.map((layer) => layer.getClassName())).toEqual(['InputLayer', 'RandomFourierFeatures', 'Dense', 'Dense']);
    expect(network.trainableWeights[0].shape).toEqual([23, 4]);
  });

  it('needs to know the number of columns', () => {
    expect(() => mlpEnergy({ manifold: euclidean() })).toThrow(/euclidean does not say how many columns/);
  });
});

describe('networkEnergy', () => {
  const network = (columns: number, units: number) => tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [columns] })] });

  it('takes a function as it is', () => {
    const energy = (y: tf.Tensor2D) => tf.sum(y, 1) as tf.Tensor1D;
    expect(networkEnergy(energy, sphere(2))).toBe(energy);
  });

  it('takes one column as the energy, on a line too', () => {
    expect(networkEnergy(network(1, 1), euclidean(1))(tf.tensor2d([[2]])).shape).toEqual([1]);
  });

  it.each([
    [network(4, 1), /takes points of 4 columns, those of sphere:2 have 3/],
    [network(3, 2), /gives 2 columns; expected 1, the energy, or 3/],
    [tf.sequential({ layers: [tf.layers.flatten({ inputShape: [3, 1] })] }), /inputs have shapes \[\[null,3,1\]\]/],
  ])('refuses networks that do not fit', (wrong, message) => {
    expect(() => networkEnergy(wrong as tf.LayersModel, sphere(2))).toThrow(message);
  });
});
