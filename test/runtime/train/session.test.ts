import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as node from 'onnxruntime-node';
import { decodeSafetensors } from '../../../plugin/training/safetensors.ts';
import { randomStream } from '../../../random/stream.ts';
import { loadTrainSession, type TrainSession } from '../../../runtime/index.ts';
import { keepOnnx } from '../../support/onnxFiles.ts';
import { RUNTIMES } from '../../support/runtimes.ts';
import { cap } from '../../support/tinyModel.ts';
import { classifier, energyBytes, labels, points } from './classifier.ts';

const x = cap(12);

describe.each(RUNTIMES)('a training session in $backend', ({ ort, provider }) => {
  const open = async (bytes: Uint8Array, more: object = {}) => loadTrainSession(ort, bytes, { executionProviders: [provider], ...more });

  it('takes the steps of a function and its optimiser, with noise from its seed', async () => {
    const { step, weight, exported } = classifier();
    const { bytes } = await exported;
    keepOnnx(`train-classifier-${provider}`, bytes);
    const session = await open(bytes, { seed: 4 });
    for (let k = 0; k < 10; k++) {
      const { uniform } = randomStream(4, k, 2);
      const z = tf.tensor2d(Float32Array.from({ length: 18 }, uniform), [9, 2]);
      const { loss } = step(tf.tensor2d(points), tf.tensor1d(labels, 'int32'), z, tf.scalar(0.1));
      const reported = await session.step({ points, labels });
      expect(Object.keys(reported)).toEqual(['loss']);
      expect(Math.abs(reported.loss - loss.dataSync()[0])).toBeLessThan(1e-5);
    }
    const [trained] = Object.values(await session.parameters());
    const expected = weight.dataSync();
    // Float32 sums in another order: a few roundings of numbers up to 3.
    expect(Math.max(...Array.from(expected, (value, i) => Math.abs(value - trained.values[i])))).toBeLessThan(1e-5);
    expect(Math.abs(expected[0] - Math.sin(1))).toBeGreaterThan(0.1);
    await session.dispose();
  });

  it('goes on bit for bit from what it saved', async () => {
    const bytes = await energyBytes();
    const whole = await open(bytes, { seed: 3 });
    const losses: number[] = [];
    for (let k = 0; k < 8; k++) losses.push((await whole.step({ x })).loss);

    const first = await open(bytes, { seed: 3 });
    for (let k = 0; k < 4; k++) await first.step({ x });
    const saved = await first.save();
    const second = await open(bytes, { state: saved });
    expect([second.steps, second.seed]).toEqual([4, 3]);
    // The session that saved may go its own way: what it saved is a copy.
    await first.step({ x });
    for (let k = 4; k < 8; k++) expect((await second.step({ x })).loss).toBe(losses[k]);
    expect(second.steps).toBe(8);
    expect(await second.parameters()).toEqual(await whole.parameters());
    expect(await second.save()).toEqual(await whole.save());
    expect(await second.parameters('averaged')).not.toEqual(await second.parameters());
    await Promise.all([whole, first, second].map((session) => session.dispose()));
  });

  it('leaves the state as it was where the loss is not finite', async () => {
    const { bytes } = await classifier().exported;
    const session = await open(bytes);
    await session.step({ points, labels });
    const before = await session.save();
    const broken = points.map(([a, b], i) => (i === 5 ? [Number.NaN, b] : [a, b]));
    const failure = await session.step({ points: broken, labels }, { learningRate: 0.3 }).catch((error: Error) => error);
    expect(failure).toMatchObject({
      name: 'TrainingDiverged',
      message: expect.stringMatching(/at step 1: loss is NaN \(learning rate 0.3\)/),
    });
    expect(await session.save()).toEqual(before);
    expect(session.steps).toBe(1);
    expect(Number.isFinite((await session.step({ points, labels })).loss)).toBe(true);
    await session.dispose();
  });

  it('runs overlapping calls in their order', async () => {
    const bytes = await energyBytes();
    const [one, two] = [await open(bytes), await open(bytes)];
    const together = [one.step({ x }), one.step({ x: cap(5) }), one.save(), one.step({ x })];
    const apart = [await two.step({ x }), await two.step({ x: cap(5) }), await two.save(), await two.step({ x })];
    expect(await Promise.all<unknown>(together)).toEqual(apart);
    await one.dispose();
    await two.dispose();
  });
});

describe('a training session', () => {
  let session: TrainSession;
  let bytes: Uint8Array;
  beforeAll(async () => {
    ({ bytes } = await classifier().exported);
    session = await loadTrainSession(node, bytes);
  });

  it('describes itself', () => {
    expect(session.card).toMatchObject({ name: 'classifier', optimizer: { name: 'Momentum', learningRate: expect.closeTo(0.2) } });
    expect(session.card.inputs.map(({ name }) => name)).toEqual(['points', 'labels', 'z', 'strength']);
    expect(session.executionProvider).toEqual({ name: 'cpu', requested: ['cpu'] });
    expect([session.steps, session.seed]).toEqual([0, 0]);
  });

  it('begins with the variables as they were exported', async () => {
    const [weight] = Object.values(await session.parameters());
    expect(weight).toEqual({ shape: [2, 3], values: Float32Array.from({ length: 6 }, (_, i) => Math.sin(1 + i)) });
  });

  it('takes rows, typed arrays and shaped arrays for the same numbers, and copies them at once', async () => {
    const flat = Float32Array.from(points.flat());
    const forms = [
      points,
      flat,
      { data: flat, dims: [9, 2] },
      new node.Tensor('float32', flat.slice(), [9, 2]),
      points.map((row) => Float32Array.from(row)),
    ];
    const losses: number[] = [];
    for (const form of forms) {
      const own = await loadTrainSession(node, bytes);
      losses.push((await own.step({ points: form, labels: Array.from(labels), strength: 0.5 })).loss);
      await own.dispose();
    }
    expect(new Set(losses).size).toBe(1);
    const own = await loadTrainSession(node, bytes);
    const lent = flat.slice();
    const pending = own.step({ points: lent, labels, strength: [0.5][0] });
    lent.fill(0);
    expect((await pending).loss).toBe(losses[0]);
    await own.dispose();
  });

  it('uses the noise and the numbers that it is given', async () => {
    const loss = async (inputs: object) => {
      const own = await loadTrainSession(node, bytes);
      const result = await own.step({ points, labels, ...inputs });
      await own.dispose();
      return result.loss;
    };
    expect(await loss({ z: new Float32Array(18) })).toBe(await loss({ strength: 0 }));
    expect(await loss({})).not.toBe(await loss({ strength: 0 }));
    expect(await loss({ strength: 0.1 })).toBe(await loss({}));
  });

  it('takes the learning rate of a step', async () => {
    const [one, two] = [await loadTrainSession(node, bytes), await loadTrainSession(node, bytes)];
    await one.step({ points, labels }, { learningRate: 0 });
    expect(await one.parameters()).toEqual(await two.parameters());
    await two.step({ points, labels });
    expect(await one.parameters()).not.toEqual(await two.parameters());
    await expect(one.step({ points, labels }, { learningRate: Number.NaN })).rejects.toThrow(
      /learningRate must be a finite number; got NaN/,
    );
    await Promise.all([one.dispose(), two.dispose()]);
  });

  it('writes a state that other readers of safetensors take', async () => {
    const { blocks, metadata } = decodeSafetensors(await session.save());
    expect(metadata).toMatchObject({ model: 'classifier', steps: String(session.steps), seed: '0' });
    const [weight] = Object.values(await session.parameters());
    expect(Object.values(blocks)).toContainEqual(weight);
  });

  it('keeps a seed that it was given when it loads a state', async () => {
    const own = await loadTrainSession(node, bytes, { seed: 8, state: await session.save() });
    expect(own.seed).toBe(8);
    await own.dispose();
    await expect(loadTrainSession(node, bytes, { seed: 0.5 })).rejects.toThrow(/seed must be a whole number; got 0.5/);
  });
});
