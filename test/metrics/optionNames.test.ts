import { expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as mvl from '../../plugin/index.ts';

const globe = mvl.sphereQuadrature(mvl.sphere(2));
const energy = (x: tf.Tensor2D): tf.Tensor1D => tf.zeros([x.shape[0]]);
const rows = [
  [0, 0, 1],
  [0, 1, 0],
];
const density: mvl.LatentDensity = { latent: mvl.euclidean(2), observation: energy, prior: energy, encode: (x) => x };
const x = tf.tensor2d(rows);

it.each<[string, () => unknown]>([
  ['logPartition', () => mvl.logPartition(energy, globe, { tolerence: 1 } as object)],
  ['klDivergence', () => mvl.klDivergence(energy, energy, globe, { tolerence: 1 } as object)],
  ['negativeLogLikelihood', () => mvl.negativeLogLikelihood(energy, rows, globe, { tolerence: 1 } as object)],
  ['activeUnits', () => mvl.activeUnits([rows, rows], { treshold: 1 } as object)],
  ['maximumMeanDiscrepancy', () => mvl.maximumMeanDiscrepancy(rows, rows, { kernl: 'imq' } as object)],
  ['frechetDistance', () => mvl.frechetDistance(rows as never, rows as never, { replicate: 1 } as object)],
  ['kernelDensity', () => mvl.kernelDensity(rows, { kapa: 1 } as object)],
  ['ksdTest', () => mvl.ksdTest(energy, rows, { replicate: 1 } as object)],
  ['annealedImportanceSampling', () => mvl.annealedImportanceSampling(energy, mvl.sphere(2), { temperature: 3 } as object)],
  ['latentLikelihood', () => mvl.latentLikelihood(density, x, { chain: 2 } as object)],
  ['reconstructionNats', () => mvl.reconstructionNats(density, x, { draw: 2 } as object)],
])('%s refuses an option that nothing reads', async (name, call) => {
  await expect(async () => call()).rejects.toThrow(new RegExp(`^${name}: unknown option \\w+; expected some of `));
});

it.each(['latentLikelihood', 'reconstructionNats'] as const)(
  '%s refuses a model in place of its density, and rows in place of a tensor',
  async (name) => {
    const call = mvl[name] as (density: unknown, x: unknown) => Promise<unknown>;
    await expect(call({ encode: () => x }, x)).rejects.toThrow(`${name}: expected a density, such as densityOf(model)`);
    await expect(call(density, rows)).rejects.toThrow(`${name}(x): expected a tensor [n, columns]`);
    await expect(call(density, tf.zeros([3]))).rejects.toThrow('got shape [3].');
  },
);

it.each(['logPartition', 'negativeLogLikelihood', 'klDivergence'] as const)('%s says what is no energy and no quadrature', async (name) => {
  const call = (given: unknown, quadrature: unknown = globe) =>
    name === 'negativeLogLikelihood'
      ? mvl[name](given as mvl.Energy, rows, quadrature as mvl.Quadrature)
      : name === 'klDivergence'
        ? mvl[name](given as mvl.Energy, energy, quadrature as mvl.Quadrature)
        : mvl[name](given as mvl.Energy, quadrature as mvl.Quadrature);
  const before = tf.memory().numTensors;
  await expect(call(async () => 1)).rejects.toThrow('got a promise; write { of: energy } for an asynchronous one');
  await expect(call({ of: async () => 1 })).rejects.toThrow('expected an energy that gives a tensor of tfjs; got number');
  await expect(call({ off: energy })).rejects.toThrow('expected an energy, a function or { of: function }');
  await expect(call(energy, mvl.sphere(2))).rejects.toThrow('expected a quadrature, such as sphereQuadrature(sphere(2))');
  expect(tf.memory().numTensors).toBe(before);
});
