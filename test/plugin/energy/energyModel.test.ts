import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { energyModel, loadEnergyModel } from '../../../plugin/energy/energyModel.ts';
import { exactScoreMatching } from '../../../plugin/losses/exactScoreMatching.ts';
import { mvlLd } from '../../../plugin/losses/mvlLd.ts';
import { mvlRld } from '../../../plugin/losses/mvlRld.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { randomStream } from '../../../random/stream.ts';
import { partials } from '../../support/differences.ts';
import { cap, quadratic, tinyModel, weightsOf } from '../../support/tinyModel.ts';

const folder = mkdtempSync(join(tmpdir(), 'energy-model-'));
afterAll(() => rmSync(folder, { recursive: true }));

const S = sphere(2);
const north = [[0, 0, 1]];

/** Points of N(0, σ²) on a line. */
const normal = (n: number, sigma: number) => {
  const { gaussian } = randomStream(3);
  return Array.from({ length: n }, () => [sigma * gaussian()]);
};

describe('energyModel', () => {
  it('has a default network with weights from the seed', () => {
    const energies = [1, 1, 2].map((seed) => energyModel({ manifold: S, seed }).energy(north).dataSync()[0]);
    expect(energies[0]).toBe(energies[1]);
    expect(energies[0]).not.toBe(energies[2]);
    expect(() => energyModel({ manifold: euclidean() })).toThrow(/does not say how many columns/);
  });

  it('samples by the Langevin dynamics of its manifold', () => {
    expect(energyModel({ manifold: S }).dynamics.name).toBe('riemannianLangevin');
    expect(energyModel({ manifold: euclidean(2) }).dynamics.name).toBe('langevin');
  });

  it('gives energies and scores of rows and tensors, and leaves no tensors behind', () => {
    const { lambda, energy } = quadratic(3);
    const model = energyModel({ manifold: euclidean(2), network: energy });
    const x = tf.tensor2d([[1, 2]]);
    const before = tf.memory().numTensors;
    for (const points of [x, [[1, 2]], [Float32Array.of(1, 2)]]) {
      const [e, s] = [model.energy(points), model.score(points)];
      expect([e.arraySync(), s.arraySync()]).toEqual([[7.5], [[-3, -6]]]);
      tf.dispose([e, s]);
    }
    expect(tf.memory().numTensors).toBe(before);
    lambda.dispose();
  });

  it('has scores tangent to the manifold, minus the gradient of the energy along it', () => {
    const model = tinyModel();
    const x = cap(1)[0];
    const [score] = model.score([x]).arraySync();
    expect(score.reduce((sum, v, i) => sum + v * x[i], 0)).toBeCloseTo(0, 5);
    const onSphere = (y: number[]) => model.energy([y.map((v) => v / Math.hypot(...y))]).dataSync()[0];
    // Of a function of the direction alone, the ambient gradient is the Riemannian one. float32 energies over 2h = 0.02 leave 1e-5.
    const gradient = partials(onSphere, x, 1e-2);
    expect(score).toEqual(gradient.map((g) => expect.closeTo(-g, 3)));
  });

  it('checks the points it is given', () => {
    const model = tinyModel();
    expect(() => model.energy([[0, 0, 2]])).toThrow(/^energy\(x\): row 0/);
    expect(() => model.score(tf.zeros([1, 2]))).toThrow(/^score\(x\): expected float32 points of sphere:2/);
  });

  it('can be differentiated and does not read tensors', () => {
    const model = tinyModel();
    const slope = tf.grad((x) => tf.sum(model.energy(x as tf.Tensor2D)))(tf.tensor2d(north));
    expect(slope.shape).toEqual([1, 3]);
  });
});

describe('compile', () => {
  it('refuses a loss on another manifold and an unknown optimiser', () => {
    expect(() => energyModel({ manifold: S }).compile({ loss: mvlRld({ manifold: sphere(3) }) })).toThrow(
      /on sphere:3, the model on sphere:2/,
    );
    expect(() => energyModel({ manifold: S }).compile({ optimizer: 'adamw' })).toThrow(/unknown optimizer "adamw"/);
  });

  it('frees an optimiser that it made, and not one that it was given', () => {
    const model = tinyModel('sgd');
    const before = tf.memory().numTensors;
    model.compile({ optimizer: 'adam' });
    model.compile({ optimizer: 'adam' });
    const own = tf.train.adam();
    const with2 = tf.memory().numTensors;
    model.compile({ optimizer: own });
    model.dispose();
    // Each Adam keeps the powers of β₁ and β₂, sgd its rate, which is gone.
    expect([with2 - before, tf.memory().numTensors - before]).toEqual([3, 1]);
    own.dispose();
  });
});

describe('fit finds the energy of known data', () => {
  it.each([
    ['mvlLd', () => mvlLd({ noise: 'rademacher' })],
    ['exact score matching', () => exactScoreMatching(euclidean(1))],
  ])('N(0, 0.8²) by %s: λ = 1/σ²', async (_name, loss) => {
    const x = normal(400, 0.8);
    const { lambda, energy } = quadratic(0.2);
    const model = energyModel({ manifold: euclidean(1), network: energy });
    model.compile({ optimizer: tf.train.adam(0.05), loss: loss() });
    await model.fit(x, { epochs: 60, batchSize: 200, averaging: 0.9 });
    const expected = 400 / x.reduce((sum, [v]) => sum + v * v, 0);
    // Score matching of λx²/2 has its minimum at 1/mean(x²) for these very points; Adam at rate 0.05 circles within a few per cent.
    expect(lambda.dataSync()[0] / expected).toBeCloseTo(1, 1);
    expect(model.stepSize).toBeCloseTo(Math.min(0.05, 0.05 / (lambda.dataSync()[0] ** 2 / expected)), 4);
  });

  it('a network learns an energy that grows outwards (the sign of the loss)', async () => {
    const model = tinyModel();
    await model.fit(cap(200), { epochs: 12, batchSize: 50, smoothing: 0.3, learningRate: () => 0.02 });
    const [pole, side, below] = model.energy([...north, [1, 0, 0], [0, 0, -1]]).dataSync();
    expect(side).toBeGreaterThan(pole + 0.5);
    expect(below).toBeGreaterThan(side);
    // Where the data are, samples are.
    const samples = await model.sample({ n: 50, steps: 200, stepSize: 0.02 });
    expect(tf.mean(tf.slice(samples, [0, 2], [-1, 1])).dataSync()[0]).toBeGreaterThan(0.3);
  });
});

describe('sample', () => {
  it('is fixed by the seed, starts from the manifold, and frees what it made', async () => {
    const model = tinyModel();
    const before = tf.memory().numTensors;
    const steps: number[] = [];
    const draw = (seed?: number) =>
      model.sample({ n: 4, steps: 3, ...(seed !== undefined && { seed }), onProgress: (step, of) => steps.push(step / of) });
    const samples = [await draw(), await draw(7), await draw(8)];
    expect(tf.memory().numTensors).toBe(before + 3);
    expect(steps.slice(0, 3)).toEqual([1 / 3, 2 / 3, 1]);
    const [first, again, other] = samples.map((s) => s.arraySync());
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
    expect(first.map((row) => Math.hypot(...row))).toEqual([1, 1, 1, 1].map((v) => expect.closeTo(v, 5)));
  });

  it('does as many as 1000 steps of the suggested size by default', async () => {
    const { energy } = quadratic(1);
    const last: number[] = [];
    const model = energyModel({ manifold: euclidean(1), network: energy });
    const x = await model.sample({ n: 500, onProgress: (...now) => last.splice(0, 2, ...now) });
    expect(last).toEqual([1000, 1000]);
    // Variance of the chain with dt = 0.05: 1/(1 − dt/2) = 1.026; its estimate from 500 chains is off by 6 %.
    expect(Math.abs(tf.moments(x).variance.dataSync()[0] - 1.026)).toBeLessThan(0.2);
  });

  it('takes the columns of the network where the manifold leaves them open, and refuses nonsense', async () => {
    const network = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4], activation: 'softplus' })] });
    expect((await energyModel({ manifold: euclidean(), network }).sample({ n: 2, steps: 1 })).shape).toEqual([2, 4]);
    await expect(energyModel({ manifold: euclidean(), network: quadratic(1).energy }).sample({ n: 2 })).rejects.toThrow(/how many columns/);
    await expect(tinyModel().sample({ n: 0 })).rejects.toThrow(/n must be a positive integer; got 0/);
  });
});

describe('save and load', () => {
  it('keep manifold, weights, seed and summary, in a folder that tf.loadLayersModel reads too', async () => {
    const model = tinyModel();
    (model.network as tf.LayersModel).setUserDefinedMetadata({ mine: 1 });
    await model.fit(cap(20), { epochs: 1, smoothing: { from: 0.4, to: 0.2 } });
    const path = join(folder, 'model');
    await model.save(`file://${path}`);
    const loaded = await loadEnergyModel(path);
    expect([loaded.manifold.name, loaded.seed, loaded.summary, loaded.stepSize]).toEqual(['sphere:2', 7, model.summary, model.stepSize]);
    expect(weightsOf(loaded)).toEqual(weightsOf(model));
    expect(loaded.energy(north).dataSync()).toEqual(model.energy(north).dataSync());
    expect((loaded.network as tf.LayersModel).getUserDefinedMetadata()).toMatchObject({ mine: 1, 'tfjs-mvl': { manifold: 'sphere:2' } });
    const before = tf.memory().numTensors;
    loaded.dispose();
    expect(tf.memory().numTensors).toBeLessThan(before);
  });

  it('work with the urls and handlers of tfjs, and before any training', async () => {
    const model = energyModel({ manifold: S, seed: 2 });
    let kept: tf.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        kept = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      }),
    );
    const loaded = await loadEnergyModel(tf.io.fromMemory(kept as tf.io.ModelArtifacts));
    expect([loaded.summary, loaded.stepSize]).toEqual([null, 0.05]);
    expect(weightsOf(loaded)).toEqual(weightsOf(model));
    await expect(model.save('nowhere://x')).rejects.toThrow(/Cannot find any save handlers for URL 'nowhere:\/\/x'/);
  });

  it('refuse what cannot be saved or loaded', async () => {
    const plain = energyModel({ manifold: euclidean(1), network: quadratic(1).energy });
    await expect(plain.save(join(folder, 'plain'))).rejects.toThrow(/plain function, which cannot be saved/);
    await expect(loadEnergyModel(join(folder, 'none'))).rejects.toThrow(/no saved model at .*none.model\.json/);
    const foreign = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] });
    let kept: tf.io.ModelArtifacts | undefined;
    await foreign.save(
      tf.io.withSaveHandler(async (artifacts) => {
        kept = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      }),
    );
    const before = tf.memory().numTensors;
    await expect(loadEnergyModel(tf.io.fromMemory(kept as tf.io.ModelArtifacts))).rejects.toThrow(
      /the handler has a tfjs model that was not saved/,
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says what it wants where it is given something else', () => {
    expect(() => energyModel({ manifold: 'sphere:2' as never })).toThrow(
      'energyModel: expected a manifold such as sphere(2) or euclidean(3); got "sphere:2".',
    );
    expect(() => energyModel({} as never)).toThrow('got undefined');
    const call = energyModel as (options?: unknown) => unknown;
    expect(() => call()).toThrow(new TypeError('energyModel: expected options such as { manifold: sphere(2) }; got undefined.'));
    expect(() => call(null)).toThrow('got null.');
    expect(() => call(sphere(2))).toThrow('got undefined. Give it by name: energyModel({ manifold }).');
    const model = energyModel({ manifold: sphere(2) });
    expect(() => model.compile({ loss: 'mvl' as never })).toThrow(/compile: loss must be an objective .* got "mvl"/);
    model.dispose();
  });

  it('refuses options of fit that it does not know', async () => {
    const model = energyModel({ manifold: sphere(2) });
    await expect(model.fit([[1, 0, 0]], { epochs: 1, smooting: 0.2 } as never)).rejects.toThrow(
      'fit: unknown option smooting; expected some of epochs',
    );
    model.dispose();
  });
});
