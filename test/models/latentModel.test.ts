import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { onnxruntimeExecutor } from '../../exporters/index.ts';
import {
  bernoulli,
  explicitVae,
  gaussianLikelihood,
  implicitVae,
  type LatentFitOptions,
  type LatentModel,
  loadLatentModel,
  type ModelOptions,
  mlpNetworks,
  wae,
} from '../../models/index.ts';
import { loadEnergyModel } from '../../plugin/energy/energyModel.ts';
import { mvlLd } from '../../plugin/losses/mvlLd.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { hyperbolic } from '../../plugin/manifolds/hyperbolic.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { torus } from '../../plugin/manifolds/torus.ts';

const networks = mlpNetworks({ hidden: [6] });
const base = (latent = sphere(2)) => ({ latent, columns: 4, networks, seed: 3 });

/** Rows of four binary columns, the second half like the first. */
const rows = Array.from({ length: 24 }, (_, i) => [i & 1, (i >> 1) & 1, i & 1, (i >> 1) & 1]);

const MODELS: readonly (readonly [string, () => LatentModel])[] = [
  ['implicit, flat', () => implicitVae(base(euclidean(2)))],
  ['implicit, sphere', () => implicitVae(base())],
  ['explicit, flat', () => explicitVae(base(euclidean(2)))],
  ['explicit, sphere', () => explicitVae(base())],
  ['wae by mvl, flat', () => wae(base(euclidean(2)))],
  ['wae by mvl, sphere', () => wae(base())],
  ['wae by gan', () => wae({ ...base(), regulariser: 'gan' })],
  ['wae by mmd', () => wae({ ...base(euclidean(2)), regulariser: 'mmd' })],
];

const weightsOf = ({ networks: all }: LatentModel) =>
  Object.values(all).flatMap((network) => network.getWeights().flatMap((w) => Array.from(w.dataSync())));
const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
const executor = onnxruntimeExecutor(ort, { sessionOptions: { intraOpNumThreads: 1 } });
const options: LatentFitOptions = { epochs: 3, batchSize: 8, averaging: 0.9 };

describe.each(MODELS)('a model %s', (_name, make) => {
  it('trains by tfjs and by onnxruntime to the same weights', async () => {
    const run = async (more: LatentFitOptions) => {
      const model = make();
      model.compile({ optimizer: tf.train.adam(0.01) });
      const { history } = await model.fit(rows, { ...options, validationSplit: 0.25, ...more });
      return { weights: weightsOf(model), history, model };
    };
    const [eager, compiled] = [await run({}), await run({ executor })];
    // Adam divides by roots of small second moments, which enlarges the last digits.
    expect(largest(eager.weights, compiled.weights)).toBeLessThan(2e-4);
    for (const [name, values] of Object.entries(eager.history))
      expect(largest(values, compiled.history[name])).toBeLessThan(1e-3 * (1 + Math.max(...values.map(Math.abs))));
    expect(Object.keys(eager.history)).toEqual(expect.arrayContaining(['loss', 'reconstruction', 'regulariser', 'val_loss']));
    expect(largest(eager.weights, weightsOf(make()))).toBeGreaterThan(1e-3);
    expect(compiled.model.summary).toMatchObject({
      epochs: 3,
      points: 18,
      backend: 'onnxruntime-node',
      weight: compiled.model.parts.weight,
    });
  });

  it('resumes bit for bit', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'latent-'));
    const whole = make();
    await whole.fit(rows, options);
    const stopped = make();
    const controller = new AbortController();
    const path = join(folder, 'run');
    let steps = 0;
    const callbacks = {
      onBatchEnd: () => {
        if (++steps === 4) controller.abort();
      },
    };
    await expect(stopped.fit(rows, { ...options, checkpoint: path, signal: controller.signal, callbacks })).rejects.toThrow();
    const resumed = make();
    await resumed.fit(rows, { ...options, checkpoint: path, resume: true });
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
    const other = make();
    await expect(other.fit(rows, { ...options, batchSize: 4, checkpoint: path, resume: true })).rejects.toThrow(
      /belongs to another run \(.*batchSize/,
    );
  });

  it('is saved and loaded whole, and leaks nothing', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'latent-')), 'model');
    const before = tf.memory().numTensors;
    const model = make();
    model.compile();
    await model.fit(rows, { ...options, epochs: 1 });
    await model.save(folder);
    const loaded = await loadLatentModel(folder);
    expect([loaded.name, loaded.latent.name, loaded.likelihood.name, loaded.columns]).toEqual([
      model.name,
      model.latent.name,
      model.likelihood.name,
      4,
    ]);
    expect(loaded.summary).toEqual(JSON.parse(JSON.stringify(model.summary)));
    tf.tidy(() => {
      const [a, b] = [model, loaded].map((one) => one.encode(rows, { seed: 9 }));
      expect(Array.from(b.dataSync())).toEqual(Array.from(a.dataSync()));
      expect(Array.from(loaded.decode(b).dataSync())).toEqual(Array.from(model.decode(a).dataSync()));
      if (model.codeEnergy) expect(Array.from(loaded.energy(a, rows).dataSync())).toEqual(Array.from(model.energy(b, rows).dataSync()));
    });
    model.dispose();
    loaded.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('encodes to the latent manifold, by the noise of a seed, and decodes to probabilities', () => {
    const model = make();
    const z = model.encode(rows, { seed: 1 });
    expect(largest(model.latent.project(z).dataSync(), z.dataSync())).toBeLessThan(1e-6);
    expect(model.encode(rows, { seed: 1 }).dataSync()).toEqual(z.dataSync());
    expect(largest(model.encode(rows, { seed: 2 }).dataSync(), z.dataSync())).toBeGreaterThan(1e-3);
    const noise = tf.zeros([24, model.encoderNoise]) as tf.Tensor2D;
    const [first, , , , fifth] = model.encode(rows, { noise }).arraySync() as number[][];
    expect(fifth).toEqual(first);
    for (const means of [model.decode(z), model.reconstruct(rows), model.generate({ n: 24 })]) {
      expect(means.shape).toEqual([24, 4]);
      expect(means.dataSync().every((p) => p > 0 && p < 1)).toBe(true);
    }
  });
});

describe('a latent variable model refuses', () => {
  const model = wae({ ...base(), regulariser: 'mmd' });
  it.each<[string, () => unknown, RegExp]>([
    [
      'no latent manifold',
      () => implicitVae({ columns: 4 } as unknown as ModelOptions),
      /implicitVae: expected \{ latent \} such as sphere\(8\)/,
    ],
    ['a manifold of open dimension', () => explicitVae(base(euclidean())), /does not say how many columns/],
    ['codes in hyperbolic space', () => wae(base(hyperbolic(2))), /codes on hyperbolic:2.* have no prior here/],
    ['an implicit posterior on the torus', () => implicitVae(base(torus(2))), /on euclidean\(n\) or sphere\(n\); got torus:2/],
    ['an explicit posterior on the torus', () => explicitVae(base(torus(2))), /on euclidean\(n\) or sphere\(n\); got torus:2/],
    [
      'no columns',
      () => wae({ latent: sphere(2) }),
      /columns, the number of columns of a row of data, must be a positive integer; got null/,
    ],
    ['a weight of 0', () => wae({ ...base(), weight: 0 }), /weight must be a positive number; got 0/],
    ['a fractional seed', () => wae({ ...base(), seed: 0.5 }), /seed must be an integer/],
    [
      'an unknown regulariser',
      () => wae({ ...base(), regulariser: 'vae' as 'gan' }),
      /unknown regulariser "vae"; expected one of mvl, gan, mmd/,
    ],
    [
      'an objective for a critic',
      () => wae({ ...base(), regulariser: 'gan', objective: mvlLd() }),
      /wae: objective belongs to the regulariser mvl; got gan/,
    ],
    ['a blur of 0', () => wae({ ...base(), blur: 0 }), /blur must be a positive width/],
    ['networks without layers', () => mlpNetworks({ hidden: [] }), /hidden must be a list of at least one positive integer/],
    ['energies that are not learnt', () => model.energy([[0, 0, 1]]), /wae with mmd learns no energy of codes/],
    ['energies without data', () => implicitVae(base()).energy([[0, 0, 1]]), /give energy\(z, x\)/],
    [
      'fewer rows than codes',
      () =>
        implicitVae(base()).score(
          [
            [0, 0, 1],
            [0, 1, 0],
          ],
          [[0, 0, 1, 1]],
        ),
      /a row of data for each of 2 codes; got 1/,
    ],
    ['rows of another width', () => model.encode([[0, 1]]), /encode\(x\): expected points of euclidean:4/],
    ['codes off the manifold', () => model.decode([[0, 0, 2]]), /decode\(z\)/],
    ['noise of another shape', () => model.encode(rows, { noise: tf.zeros([24, 1]) }), /encode: noise must be \[24, 3\]; got \[24, 1\]/],
    ['no new data', () => model.generate({ n: 0 }), /generate: n must be a positive integer/],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(message);
  });

  it('data that are no probabilities, and options that it does not know', async () => {
    await expect(explicitVae(base()).fit([[0, 2, 0, 0]])).rejects.toThrow(
      /fit\(x\): the likelihood bernoulli needs data in \[0, 1\]; row 0 has 2 in column 1\. Scale/,
    );
    await expect(explicitVae(base()).fit(rows, { smoothing: 1 } as LatentFitOptions)).rejects.toThrow(/unknown option smoothing/);
    await expect(explicitVae(base()).fit([[0, Number.NaN, 0, 0]])).rejects.toThrow(/not a finite number/);
  });

  it('to be saved with parts of the caller, or loaded as another kind', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'latent-')), 'model');
    const own = implicitVae({ ...base(), objective: mvlLd() });
    await expect(own.save(folder)).rejects.toThrow(/an? .*objective of your own/);
    const poisson = explicitVae({ ...base(), likelihood: { ...bernoulli(), name: 'poisson' } });
    await expect(poisson.save(folder)).rejects.toThrow(/save: this model has a likelihood, poisson, of your own/);
    expect(existsSync(folder)).toBe(false);
    await model.save(folder);
    await expect(loadEnergyModel(folder)).rejects.toThrow(/was not saved by an energy model/);
  });
});

it('keeps the weights of the best reconstruction', async () => {
  const model = wae({ ...base(), regulariser: 'gan' });
  // From the fourth epoch on the rate is ruinous.
  const learningRate = (progress: number) => (progress < 0.5 ? 0.1 : 10);
  model.compile({ optimizer: tf.train.sgd(0.01) });
  const all = { epochs: 6, batchSize: 8, validationData: rows, seed: 4, learningRate };
  const { history } = await model.fit(rows, { ...all, keepBest: 'val_reconstruction' });
  const least = Math.min(...history.val_reconstruction);
  expect(history.val_reconstruction[5]).toBeGreaterThan(least + 0.1);
  expect(model.summary?.losses.val_reconstruction).toBe(least);
  await expect(model.fit(rows, { keepBest: 'val_reconstruction' })).rejects.toThrow(
    /will only have loss, reconstruction, regulariser\. Give validationData/,
  );
});

it.each<[string, LatentFitOptions]>([
  ['tfjs', {}],
  ['onnxruntime', { executor }],
])('raises the weight of the regulariser over the warm-up, by %s', async (_, more) => {
  const model = explicitVae({ ...base(), weight: 3 });
  // Four steps, at 0, ⅓, ⅔ and 1 of the run.
  const { history } = await model.fit(rows, { epochs: 4, batchSize: rows.length, warmUp: 0.5, ...more });
  for (const [i, weight] of [0, 2, 3, 3].entries())
    expect(history.loss[i]).toBeCloseTo(history.reconstruction[i] + weight * history.regulariser[i], 4);
  for (const warmUp of [1, -0.1, Number.NaN])
    await expect(model.fit(rows, { warmUp })).rejects.toThrow(`fit: warmUp must be a share of the run in [0, 1); got ${warmUp}.`);
});

it('does not go on from a checkpoint of another blur or objective', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'latent-')), 'run');
  await wae(base(euclidean(2))).fit(rows, { ...options, checkpoint: path });
  const go = (more: object) => wae({ ...base(euclidean(2)), ...more }).fit(rows, { ...options, checkpoint: path, resume: true });
  await expect(go({ blur: 0.5 })).rejects.toThrow(/belongs to another run \(regulariser\.blur: 0\.25 there, 0\.5 now/);
  await expect(go({ objective: mvlLd({ epsilon: 0.1, noise: 'rademacher' }) })).rejects.toThrow(
    /regulariser\.epsilon: 0\.00125 there, 0\.1 now/,
  );
  await go({});
});

it('takes any likelihood, and rows of any size for one', async () => {
  const model = implicitVae({ ...base(), likelihood: gaussianLikelihood({ deviation: 0.3 }) });
  const { history } = await model.fit([[3, -2, 0.5, 9]], { epochs: 2 });
  expect(history.loss.every(Number.isFinite)).toBe(true);
});
