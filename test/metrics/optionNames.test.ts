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

it.each<[string, (density: never, x: never) => Promise<unknown>]>([
  ['latentLikelihood', mvl.latentLikelihood],
  ['reconstructionNats', mvl.reconstructionNats],
])('%s refuses a model in place of its density, and rows in place of a tensor', async (name, measure) => {
  const call = measure as (density: unknown, x: unknown) => Promise<unknown>;
  await expect(call({ encode: () => x }, x)).rejects.toThrow(`${name}: expected a density, such as densityOf(model)`);
  await expect(call(density, rows)).rejects.toThrow(`${name}(x): expected a tensor [n, columns]`);
  await expect(call(density, tf.zeros([3]))).rejects.toThrow('got shape [3].');
});

it.each<[string, (given: mvl.AnyEnergy, quadrature: mvl.Quadrature) => Promise<number>]>([
  ['logPartition', (given, quadrature) => mvl.logPartition(given, quadrature)],
  ['negativeLogLikelihood', (given, quadrature) => mvl.negativeLogLikelihood(given, rows, quadrature)],
  ['klDivergence', (given, quadrature) => mvl.klDivergence(given, energy, quadrature)],
])('%s says what is no energy and no quadrature', async (name, measure) => {
  const call = measure as (given: unknown, quadrature?: unknown) => Promise<number>;
  const before = tf.memory().numTensors;
  await expect(call(async () => 1, globe)).rejects.toThrow('got a promise; write { of: energy } for an asynchronous one');
  await expect(call({ of: async () => 1 }, globe)).rejects.toThrow('expected an energy that gives a tensor of tfjs; got number');
  await expect(call({ off: energy }, globe)).rejects.toThrow('expected an energy, a function or { of: function }');
  await expect(call(energy, mvl.sphere(2))).rejects.toThrow(`${name}: expected a quadrature, such as sphereQuadrature(sphere(2))`);
  expect(tf.memory().numTensors).toBe(before);
});
