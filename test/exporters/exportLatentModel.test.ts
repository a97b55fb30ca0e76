import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { exportLatentModel, exportLatentPart, type LatentPart } from '../../exporters/index.ts';
import {
  convolutionalNetworks,
  explicitVae,
  gaussianLikelihood,
  implicitVae,
  type LatentModel,
  mlpNetworks,
  wae,
} from '../../models/index.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { torus } from '../../plugin/manifolds/torus.ts';
import { randomStream } from '../../random/stream.ts';
import { type LoadedModel, loadModel } from '../../runtime/index.ts';
import { keepOnnx } from '../support/onnxFiles.ts';
import { RUNTIMES } from '../support/runtimes.ts';

/** Of numbers up to 20: float32 sums in another order, and exponentials of them. */
const TOLERANCE = 1e-4;

const networks = mlpNetworks({ hidden: [9, 8] });
const options = { columns: 6, networks, seed: 4 };

const MODELS: readonly (readonly [string, () => LatentModel])[] = [
  ['implicit VAE on R²', () => implicitVae({ ...options, latent: euclidean(2) })],
  ['implicit VAE on S³', () => implicitVae({ ...options, latent: sphere(3) })],
  ['explicit VAE on R²', () => explicitVae({ ...options, latent: euclidean(2) })],
  ['explicit VAE on S³', () => explicitVae({ ...options, latent: sphere(3) })],
  ['WAE on R²', () => wae({ ...options, latent: euclidean(2) })],
  ['WAE on S³', () => wae({ ...options, latent: sphere(3) })],
  ['WAE on T² by its discrepancy', () => wae({ ...options, latent: torus(2), regulariser: 'mmd' })],
  [
    'convolutional implicit VAE on S²',
    () =>
      implicitVae({
        latent: sphere(2),
        networks: convolutionalNetworks({ size: 8, channels: 3, filters: [4, 5], width: 7 }),
        likelihood: gaussianLikelihood({ range: 'unit' }),
      }),
  ],
];

const uniform = (rows: number, columns: number, seed = 1) => {
  const values = new Float32Array(rows * columns);
  randomStream(seed).fill(values, 'uniform');
  return values;
};

const largest = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
};

describe.each(MODELS)('%s', (title, make) => {
  const model = make();
  const data = uniform(5, model.columns);
  const x = tf.tensor2d(data, [5, model.columns]);
  let bytes: Uint8Array;

  beforeAll(async () => {
    ({ bytes } = await exportLatentModel(model, { metadata: { note: 'a test' } }));
    keepOnnx(`latent ${title}`, bytes);
  });

  describe.each(RUNTIMES)('in $backend', ({ backend, ort: runtime, provider }) => {
    let loaded: LoadedModel;
    beforeAll(async () => {
      loaded = await loadModel(runtime, bytes, { executionProviders: [provider] });
    });
    afterAll(() => loaded.dispose());

    it('runs there, and says what it is', () => {
      expect(loaded.backend).toBe(backend);
      expect(loaded.card).toMatchObject({ name: model.name, manifold: model.latent.name, dim: model.latent.ambientDim, units: 'nats' });
      expect(loaded.card.latent).toMatchObject({ kind: model.name, columns: model.columns, likelihood: model.likelihood.name });
      expect(loaded.card.metadata.note).toBe('a test');
    });

    it('encodes, decodes and generates as in tfjs, from the same seeds', async () => {
      const z = model.encode(x, { seed: 7 });
      const codes = await loaded.encode(data, { seed: 7 });
      expect(codes.dims).toEqual([5, model.latent.ambientDim]);
      expect(largest(codes, z.dataSync())).toBeLessThan(TOLERANCE);
      expect(largest(await loaded.encode(data), model.encode(x, { seed: 0 }).dataSync())).toBeLessThan(TOLERANCE);
      const means = await loaded.decode(codes);
      expect(means.dims).toEqual([5, model.columns]);
      expect(largest(means, model.decode(z).dataSync())).toBeLessThan(TOLERANCE);
      expect(largest(await loaded.reconstruct(data, { seed: 7 }), means)).toBe(0);
      expect(largest(await loaded.generate({ n: 3, seed: 2 }), model.generate({ n: 3, seed: 2 }).dataSync())).toBeLessThan(TOLERANCE);
    });

    it('leaves out the noise where it is told to: a code then depends on its row alone', async () => {
      const codes = await loaded.encode(data, { deterministic: true });
      expect(largest(codes, model.encode(x, { deterministic: true }).dataSync())).toBeLessThan(TOLERANCE);
      const last = await loaded.encode(data.subarray(4 * model.columns), { deterministic: true });
      expect(largest(last, codes.rows()[4])).toBeLessThan(1e-6);
      expect(largest(codes, await loaded.encode(data, { seed: 7 }))).toBeGreaterThan(model.encoderNoise === 0 ? -1 : 1e-3);
      if (model.latent.name.startsWith('sphere'))
        for (const row of codes.rows()) expect(Math.abs(Math.hypot(...row) - 1)).toBeLessThan(1e-5);
    });

    it('has the energies and scores of codes, or says that there are none', async () => {
      const z = model.encode(x, { seed: 7 });
      const codes = await loaded.encode(data, { seed: 7 });
      const { codeEnergy } = model;
      if (codeEnergy === null) {
        await expect(loaded.score(codes)).rejects.toThrow(/score: the model ".*" learns no energy of codes/);
        return;
      }
      const given = codeEnergy.conditional ? data : undefined;
      const scores = model.score(z, x).dataSync();
      const scale = Math.max(1, ...Array.from(scores, Math.abs));
      expect(largest(await loaded.energy(codes, given), model.energy(z, x).dataSync())).toBeLessThan(TOLERANCE);
      expect(largest(await loaded.score(codes, given), scores) / scale).toBeLessThan(TOLERANCE);
      if (codeEnergy.conditional) {
        await expect(loaded.energy(codes)).rejects.toThrow(/give energy\(z, x\)/);
        await expect(loaded.energy(codes, data.subarray(model.columns))).rejects.toThrow(/a row of data for each of 5 codes; got 4/);
      }
    });

    it('interpolates along geodesics at constant speed', async () => {
      const codes = await loaded.encode(data, { seed: 7 });
      const [from, to] = [codes.rows().slice(0, 2), codes.rows().slice(2, 4)];
      const way = await loaded.interpolate(from, to, { steps: 5 });
      expect(way.dims).toEqual([10, model.latent.ambientDim]);
      const rows = way.rows();
      const tensor = (list: readonly Float32Array[]) => tf.tensor2d(list.map((row) => Array.from(row)));
      for (const pair of [0, 1]) {
        const line = rows.slice(5 * pair, 5 * pair + 5);
        expect(largest(line[0], from[pair])).toBeLessThan(1e-5);
        expect(largest(line[4], to[pair])).toBeLessThan(1e-5);
        const whole = model.latent.dist(tensor([from[pair]]), tensor([to[pair]])).dataSync()[0];
        const steps = model.latent.dist(tensor(line.slice(0, 4)), tensor(line.slice(1))).dataSync();
        for (const step of steps) expect(Math.abs(step - whole / 4)).toBeLessThan(1e-4);
      }
    });
  });

  it('leaves in parts that need nothing of ours', async () => {
    const run = async (part: LatentPart, feeds: Record<string, readonly [ArrayLike<number>, number]>) => {
      const exported = await exportLatentPart(model, part);
      keepOnnx(`latent ${title} ${part}`, exported.bytes);
      const session = await ort.InferenceSession.create(exported.bytes);
      const tensors = Object.entries(feeds).map(([name, [values, columns]]) => [
        name,
        new ort.Tensor('float32', Float32Array.from(values), [values.length / columns, columns]),
      ]);
      const results = await session.run(Object.fromEntries(tensors));
      await session.release();
      return { ...exported, results };
    };
    const m = model.latent.ambientDim as number;
    const z = model.encode(x, { seed: 7 });
    const codes = z.dataSync();
    const noise = Object.fromEntries(
      model.parts.posterior.noise.map(({ name, columns }, i): [string, [Float32Array, number]] => [
        name,
        [uniform(5, columns, 20 + i), columns],
      ]),
    );
    const encoded = await run('encoder', { x: [data, model.columns], ...noise });
    const all = tf.concat(
      Object.values(noise).map(([values, columns]) => tf.tensor2d(values, [5, columns])),
      1,
    ) as tf.Tensor2D;
    expect(largest(encoded.results.z.data as Float32Array, model.encode(x, { noise: all }).dataSync())).toBeLessThan(TOLERANCE);
    expect(Object.keys(encoded.card.noise as object)).toEqual(Object.keys(noise));
    const decoded = await run('decoder', { z: [codes, m] });
    expect(largest(decoded.results.x.data as Float32Array, model.decode(z).dataSync())).toBeLessThan(TOLERANCE);
    const normal = uniform(3, m, 5);
    const prior = await run('prior', { noise: [normal, m] });
    const made = await run('generator', { noise: [normal, m] });
    const drawn = tf.tensor2d(prior.results.z.data as Float32Array, [3, m]);
    expect(largest(made.results.x.data as Float32Array, model.decode(drawn).dataSync())).toBeLessThan(TOLERANCE);
    await run('geodesic', { from: [codes, m], to: [codes, m], t: [[0, 0.2, 0.4, 0.6, 1], 1] });
    if (model.codeEnergy === null) await expect(exportLatentPart(model, 'estimator')).rejects.toThrow(/learns no energy of codes/);
    else {
      const { results } = await run('estimator', { z: [codes, m], ...(model.codeEnergy.conditional && { x: [data, model.columns] }) });
      expect(largest(results.energy.data as Float32Array, model.energy(z, x).dataSync())).toBeLessThan(TOLERANCE);
    }
    await expect(exportLatentPart(model, 'sampler' as LatentPart)).rejects.toThrow(
      /unknown part "sampler"; expected one of encoder, decoder/,
    );
  });
});

it('loadModel keeps energies and latent variable models apart', async () => {
  const { bytes } = await exportLatentModel(wae({ ...options, latent: sphere(2) }));
  const model = await loadModel(ort, bytes);
  await expect(model.sample({ n: 1 })).rejects.toThrow(/sample: the model "wae" is a latent variable model; generate draws new data/);
  const good = [[1, 0, 0, 0, 0, 1]];
  for (const [act, message] of [
    [
      () => model.encode([[1, 0, 0, 0, 0, 255]]),
      /encode\(x\): row 0 has 255 in column 5; the model's likelihood, gaussian:.*:unit, has data in \[0, 1\]/,
    ],
    [() => model.encode(good, { sed: 1 } as never), /encode: unknown option sed; expected some of seed, deterministic/],
    [() => model.encode(good, 3 as never), /encode: expected options such as \{ seed: … \}; got 3/],
    [() => model.generate(undefined as never), /generate: expected options such as \{ n: … \}/],
    [() => model.interpolate([[0, 0, 1]], [[0, 1, 0]], 3 as never), /interpolate: expected options such as \{ steps/],
    [() => model.encode([[1, 2]]), /encode\(x\): expected data as rows of 6 numbers/],
    [() => model.encode([[1, 2, 3, 4, 5, Number.NaN]]), /encode\(x\): row 0 has a value in column 5 that is not a finite number/],
    [() => model.decode([[0, 0, 3]]), /decode\(z\): row 0 .* has norm 3/],
    [() => model.generate({ n: 0 }), /generate: n must be a whole number of at least 1; got 0/],
    [() => model.interpolate([[0, 0, 1]], [[0, 0, 1]], { steps: 1 }), /interpolate: steps must be a whole number of at least 2/],
    [
      () =>
        model.interpolate(
          [[0, 0, 1]],
          [
            [0, 0, 1],
            [0, 1, 0],
          ],
        ),
      /as many codes to go to as to come from, 1; got 2/,
    ],
  ] as const)
    await expect(act()).rejects.toThrow(message);
  await model.dispose();
});
