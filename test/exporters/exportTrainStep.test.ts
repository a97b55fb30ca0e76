import { afterEach, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { exportTrainStep, type TrainStepOptions } from '../../exporters/index.ts';
import { bumpEnergy, type EnergyModel, energyModel, euclidean, mlpEnergy, mvlLd, sphere } from '../../plugin/index.ts';
import { initializerBytes } from '../../runtime/wire/initializer.ts';
import { readOnnxFile } from '../../runtime/wire/onnxFile.ts';
import { keepOnnx } from '../support/onnxFiles.ts';
import { RUNTIMES } from '../support/runtimes.ts';
import { cap, tinyModel } from '../support/tinyModel.ts';

interface State {
  readonly name: string;
  readonly input: string;
  readonly output: string | null;
  readonly initial: string;
  readonly shape: number[];
  readonly role: string;
  readonly of?: string;
}

const stateOf = ({ card }: { card: Readonly<Record<string, unknown>> }) => card.state as State[];

/** A line fitted to points, its weight frozen or not. */
function line(optimizer: tf.Optimizer) {
  const weight = tf.variable(tf.tensor2d([[0.5], [-1], [2]]), true, 'weight');
  const bias = tf.variable(tf.scalar(0.25), true, 'bias');
  const scale = tf.variable(tf.scalar(3), false, 'scale');
  const step = (x: tf.Tensor2D, z: tf.Tensor2D) => {
    const predicted = tf.add(tf.mul(scale, tf.squeeze(tf.matMul(x, weight), [1])), bias);
    const loss = optimizer.minimize(() => predict(x, z), true, [weight, bias]) as tf.Scalar;
    return { loss, mean: tf.mean(predicted) as tf.Scalar };
  };
  const predict = (x: tf.Tensor2D, z: tf.Tensor2D) =>
    tf.mean(tf.square(tf.sub(tf.add(tf.mul(scale, tf.squeeze(tf.matMul(tf.add(x, z), weight), [1])), bias), 1))) as tf.Scalar;
  const inputs = { x: { shape: ['batch', 3] }, z: { shape: ['batch', 3] } };
  return { step, inputs, variables: [weight, bias, scale] };
}

afterEach(() => tf.disposeVariables());

describe('exportTrainStep of a function', () => {
  const exported = (optimizer: tf.Optimizer = tf.train.momentum(0.1, 0.9), more: Partial<TrainStepOptions> = {}) => {
    const { step, inputs } = line(optimizer);
    return exportTrainStep(step, { inputs, optimizer, noise: { z: 'uniform' }, ...more });
  };

  it('has data, noise, the learning rate and the state as inputs; reports and the next state as outputs', async () => {
    const { graph, card, bytes } = await exported(undefined, { name: 'line', metadata: { source: 'a test' } });
    keepOnnx('train-line-momentum', bytes);
    const state = ['weight', 'scale', 'bias', 'optimizer/weight/momentum', 'optimizer/bias/momentum'];
    expect(graph.inputs.map(({ name }) => name)).toEqual(['x', 'z', 'learningRate', ...state]);
    const assigned = state.filter((name) => name !== 'scale');
    expect(graph.outputs.map(({ name }) => name)).toEqual(['loss', 'mean', ...assigned.map((name) => `${name}_next`)]);
    expect(card).toMatchObject({
      kind: 'train-step',
      name: 'line',
      source: 'a test',
      optimizer: { name: 'Momentum', learningRate: 0.1, input: 'learningRate' },
      inputs: [
        { name: 'x', shape: ['batch', 3], dtype: 'float32' },
        { name: 'z', shape: ['batch', 3], dtype: 'float32', distribution: 'uniform' },
      ],
      reports: ['loss', 'mean'],
    });
    expect(stateOf({ card }).map(({ name, role }) => [name, role])).toEqual([
      ['weight', 'parameter'],
      ['scale', 'constant'],
      ['bias', 'parameter'],
      ['optimizer/weight/momentum', 'slot'],
      ['optimizer/bias/momentum', 'slot'],
    ]);
    expect(stateOf({ card }).map(({ output }) => output === null)).toEqual([false, true, false, false, false]);
  });

  it('stores what the variables and the slots hold, and leaves all as it was', async () => {
    const optimizer = tf.train.momentum(0.1, 0.9);
    const { step, inputs, variables } = line(optimizer);
    const x = tf.ones([4, 3]) as tf.Tensor2D;
    for (let i = 0; i < 3; i++) tf.tidy(() => void step(x, x));
    const before = variables.map((variable) => Array.from(variable.dataSync()));
    const { card, bytes } = await exportTrainStep(step, { inputs, optimizer, noise: { z: 'gaussian' } });
    const state = stateOf({ card });
    const stored = initializerBytes(
      readOnnxFile(bytes, 'the test'),
      state.map(({ initial }) => initial),
    );
    const numbers = (name: string) => {
      const { initial } = state.find((entry) => entry.name === name) as State;
      expect(initial).toBe(`initial/${name}`);
      return Array.from(new Float32Array(Uint8Array.from(stored.get(initial) as Uint8Array).buffer));
    };
    expect(['weight', 'bias', 'scale'].map(numbers)).toEqual(before);
    expect(variables.map((variable) => Array.from(variable.dataSync()))).toEqual(before);
    // The accumulated gradients of three steps.
    expect(numbers('optimizer/bias/momentum')[0]).not.toBe(0);
    expect(optimizer.iterations).toBe(3);
    expect((optimizer as unknown as { learningRate: number }).learningRate).toBe(0.1);
  });

  it.each(RUNTIMES)('runs as it stands in $backend', async ({ ort, provider }) => {
    const { bytes, card } = await exported(tf.train.sgd(0.1));
    const session = await ort.InferenceSession.create(bytes, { executionProviders: [provider], logSeverityLevel: 3 });
    const file = readOnnxFile(bytes, 'the test');
    const state = stateOf({ card });
    const stored = initializerBytes(
      file,
      state.map(({ initial }) => initial),
    );
    const tensor = (values: Float32Array, shape: number[]) => new ort.Tensor('float32', values, shape);
    const feeds = {
      x: tensor(new Float32Array(6).fill(1), [2, 3]),
      z: tensor(new Float32Array(6), [2, 3]),
      learningRate: tensor(Float32Array.of(0.5), []),
      ...Object.fromEntries(
        state.map(({ input, initial, shape }) => {
          const values = new Float32Array(Uint8Array.from(stored.get(initial) as Uint8Array).buffer);
          return [input, tensor(values, shape)];
        }),
      ),
    };
    const results = await session.run(feeds);
    // 3 (0.5 − 1 + 2) + 0.25 = 4.75; (4.75 − 1)² = 14.0625; ∂/∂b = 7.5, and b − 0.5 · 7.5 = −3.5.
    expect((results.loss.data as Float32Array)[0]).toBeCloseTo(14.0625, 4);
    expect((results.mean.data as Float32Array)[0]).toBeCloseTo(4.75, 5);
    expect((results.bias_next.data as Float32Array)[0]).toBeCloseTo(-3.5, 5);
    await session.release();
  });

  it('calls a single result loss', async () => {
    const optimizer = tf.train.sgd(0.1);
    const { step, inputs } = line(optimizer);
    const { card } = await exportTrainStep((x: tf.Tensor2D, z: tf.Tensor2D) => step(x, z).loss, { inputs, optimizer });
    expect(card.reports).toEqual(['loss']);
  });

  it('refuses what would not train', async () => {
    const optimizer = tf.train.sgd(0.1);
    const { step, inputs, variables } = line(optimizer);
    const refused = (fn: (x: tf.Tensor2D, z: tf.Tensor2D) => tf.Tensor | Record<string, tf.Tensor>, more: object = {}) =>
      expect(exportTrainStep(fn, { inputs, optimizer, ...more } as TrainStepOptions)).rejects;
    await refused((x) => tf.sum(tf.mul(variables[1], x))).toThrow(/assigns no variable/);
    await refused(step, { optimizer: undefined }).toThrow(/give the optimiser/);
    await refused(step, { optimizer: tf.train.adam(0.1) }).toThrow(/learning rate of the optimiser given, Adam, plays no part/);
    await refused((x, z) => ({ loss: step(x, z).loss, x: tf.sum(x) })).toThrow(/"x" is the name of an input and of a result/);
    await refused((x, z) => ({ loss: step(x, z).loss, rows: tf.sum(x, 1) })).toThrow(/reports "rows" as float32 of 1 dimensions/);
    await refused(step, { noise: { w: 'gaussian' } }).toThrow(/noise.w must be a float32 input; the inputs are x, z/);
    await refused(step, { noise: { z: 'cauchy' } }).toThrow(/noise.z must be one of gaussian, rademacher, uniform; got "cauchy"/);
    await refused(step, { inputs: { x: inputs.x, z: { ...inputs.z, default: 1 } } }).toThrow(/only numbers, of shape \[\], have a default/);
    await refused(step, { inputs: { x: inputs.x, learningRate: inputs.z } }).toThrow(/cannot be called "learningRate"/);
    await refused(step, { inputs: undefined }).toThrow(/needs its inputs/);
  });
});

describe('exportTrainStep of an energy model', () => {
  it('says what it takes, with the defaults of fit', async () => {
    const model = tinyModel();
    const { card, bytes } = await exportTrainStep(model, { smoothing: 0.2, averaging: 0.99, clipNorm: 1 });
    keepOnnx('train-energy-all', bytes);
    expect(card).toMatchObject({ manifold: 'sphere:2', smoothing: 0.2, averaging: 0.99, clipNorm: 1, optimizer: { name: 'Adam' } });
    expect(card.inputs).toEqual([
      { name: 'x', shape: ['batch', 3], dtype: 'float32', manifold: 'sphere:2' },
      { name: 'blur', shape: ['batch', 3], dtype: 'float32', distribution: 'gaussian' },
      { name: 'noise', shape: ['batch', 3], dtype: 'float32', distribution: 'gaussian' },
      { name: 'sigma', shape: [], dtype: 'float32', default: 0.2 },
      { name: 'epsilon', shape: [], dtype: 'float32', default: { factor: 0.02, squareOf: 'sigma', atMost: 0.02 } },
      { name: 'share', shape: [], dtype: 'float32', default: { decay: 0.99 } },
    ]);
    const averages = stateOf({ card }).filter(({ role }) => role === 'average');
    expect(averages.map(({ name, of }) => [name, of])).toEqual(
      stateOf({ card })
        .filter(({ role }) => role === 'parameter')
        .map(({ name }) => [`average/${name}`, name]),
    );
    model.dispose();
  });

  it('has no input that it does not need', async () => {
    const model = tinyModel('sgd');
    const { card } = await exportTrainStep(model);
    expect((card.inputs as { name: string }[]).map(({ name }) => name)).toEqual(['x', 'noise']);
    expect(card).toMatchObject({ epsilon: 1e-3, averaging: null, clipNorm: null, smoothing: null });
    expect(stateOf({ card }).map(({ role }) => role)).toEqual(Array(4).fill('parameter'));
    model.dispose();
  });

  it('goes on from a trained model, its optimiser included', async () => {
    const model = tinyModel();
    await model.fit(cap(40), { epochs: 2, batchSize: 20 });
    const { card, bytes } = await exportTrainStep(model);
    const { initial } = stateOf({ card }).find(({ name }) => name.endsWith('accBeta1')) as State;
    const beta = initializerBytes(readOnnxFile(bytes, 'the test'), [initial]).get(initial) as Uint8Array;
    // tfjs keeps β₁ᵏ⁺¹ after k steps.
    expect(new Float32Array(Uint8Array.from(beta).buffer)[0]).toBeCloseTo(0.9 ** 5, 5);
    model.dispose();
  });

  it('takes an energy that is a function, and finds its variables', async () => {
    const centres = tf.variable(tf.tensor2d([[1, 0]]), true, 'centres');
    const energy = (x: tf.Tensor2D) => tf.sum(tf.square(tf.sub(x, centres)), 1) as tf.Tensor1D;
    const model = energyModel({ manifold: euclidean(2), network: energy });
    model.compile({ optimizer: 'sgd', loss: mvlLd() });
    const { card } = await exportTrainStep(model);
    expect(stateOf({ card }).map(({ name, shape }) => [name, shape])).toEqual([['centres', [1, 2]]]);
    expect(card.name).toBe('energy');
  });

  it('has fixed weights as constants', async () => {
    const manifold = sphere(2);
    const network = mlpEnergy({ manifold, hidden: [4], seed: 1 });
    network.layers[1].trainable = false;
    const model = energyModel({ manifold, network });
    model.compile({ optimizer: 'sgd' });
    const { card } = await exportTrainStep(model);
    expect(new Set(stateOf({ card }).map(({ role }) => role))).toEqual(new Set(['constant', 'parameter']));
    for (const { output, role } of stateOf({ card })) expect(output === null).toBe(role === 'constant');
    model.dispose();
  });

  it('refuses a model that was not compiled, points without columns, and wrong settings', async () => {
    const raw = energyModel({ manifold: sphere(2) });
    expect(raw.training).toBeNull();
    await expect(exportTrainStep(raw)).rejects.toThrow(/Call model.compile\(\) first/);
    const open = energyModel({ manifold: euclidean(), network: (x) => tf.sum(tf.square(x), 1) as tf.Tensor1D });
    open.compile();
    await expect(exportTrainStep(open)).rejects.toThrow(/give the manifold its dimension/);
    const model = tinyModel();
    const refused = (options: object) => expect(exportTrainStep(model, options)).rejects;
    await refused({ smoothing: -1 }).toThrow(/smoothing must be a positive width, or true, and then a sigma is given to each step; got -1/);
    await refused({ clipNorm: 0 }).toThrow(/clipNorm must be positive; got 0/);
    await refused({ averaging: 1 }).toThrow(/averaging must be in \(0, 1\); got 1/);
    await refused({ opset: 7 }).toThrow(/opset 7/);
    for (const one of [raw, open, model] as EnergyModel[]) one.dispose();
  });

  it('leaves no tensors behind but the slots of the optimiser', async () => {
    const manifold = sphere(2);
    const model = energyModel({ manifold, network: bumpEnergy({ manifold, bumps: 3, seed: 1 }) });
    model.compile();
    await exportTrainStep(model, { averaging: 0.9, smoothing: true });
    const before = tf.memory().numTensors;
    await exportTrainStep(model, { averaging: 0.9, smoothing: true });
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});
