import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as node from 'onnxruntime-node';
import { exportEnergyModel } from '../../../exporters/index.ts';
import { loadModel, loadTrainSession, type TrainSession } from '../../../runtime/index.ts';
import { cap, tinyModel } from '../../support/tinyModel.ts';
import { classifier, energyBytes, labels, points } from './classifier.ts';

describe('a training session', () => {
  let session: TrainSession;
  let bytes: Uint8Array;
  beforeAll(async () => {
    ({ bytes } = await classifier().exported);
    session = await loadTrainSession(node, bytes);
  });

  it.each<[string, object, RegExp]>([
    ['a missing input', { points }, /step: labels missing; "classifier" takes points, labels, z \(optional\), strength \(optional\)/],
    [
      'no inputs',
      undefined as never,
      /step: expected its inputs by name, as step\(\{ points: … \}\); got Undefined. "classifier" takes points/,
    ],
    ['null for inputs', null as never, /by name, as step\(\{ points: … \}\); got Null/],
    ['rows in place of inputs', points, /by name, .*; got Array. "classifier" takes points, labels/],
    ['a tensor in place of inputs', tf.ones([9, 2]), /by name, .*; got a tfjs tensor/],
    ['null for an input', { points: null, labels }, /step\(points\): expected numbers, .*; got null. The input is float32 \[batch, 2\]/],
    ['a list of lists of nothing', { points: [[undefined, 1]], labels }, /got a list that begins with a list that begins with undefined/],
    ['an object', { points: { values: [1] }, labels }, /got an object with values. The input is float32 \[batch, 2\]/],
    ['something else', { points: new Map(), labels }, /got Map. The input is float32/],
    ['an unknown input', { points, labels, y: 1 }, /has no input y; it takes points/],
    ['the learning rate among the inputs', { points, labels, learningRate: 1 }, /goes behind them: step\(inputs, \{ learningRate \}\)/],
    [
      'rows of another width',
      { points: [[1, 2, 3]], labels: [0] },
      /step\(points\): expected float32 \[batch, 2\]; got the shape \[1, 3\]/,
    ],
    ['another number of rows', { points, labels: [0, 1] }, /step\(labels\): expected int32 \[batch\] where batch = 9; got the shape \[2\]/],
    ['numbers that make no rows', { points: new Float32Array(5), labels }, /step\(points\): expected float32 \[batch, 2\]; got 5 numbers/],
    [
      'too few numbers in a row',
      { points, labels: new Int32Array(4) },
      /step\(labels\): expected int32 \[batch\] where batch = 9; got 4 numbers/,
    ],
    ['dims that the data do not have', { points: { data: new Float32Array(6), dims: [9, 2] }, labels }, /got the shape \[9, 2\]/],
    ['ragged rows', { points: [[1, 2], [3]], labels: [0, 1] }, /step\(points\): the lists are ragged/],
    ['no rows', { points: [], labels: [] }, /expected numbers, lists of them or a typed array; got an empty list/],
    ['words', { points: 'abc', labels }, /expected numbers, lists of them or a typed array; got string/],
    ['fractions as labels', { points, labels: points.map(() => 0.5) }, /step\(labels\): expected int32 values; number 0 of 9 is 0.5/],
    ['big integers', { points, labels: new BigInt64Array(9) }, /step\(labels\): expected numbers/],
    ['a list for a number', { points, labels, strength: [1, 2] }, /step\(strength\): expected float32 \[\]; got the shape \[2\]/],
    ['a tensor of tfjs', { points: tf.ones([9, 2]), labels }, /step\(points\): got a tfjs tensor. Pass `await x.array\(\)`/],
  ])('refuses %s', async (_what, inputs, message) => {
    const before = session.steps;
    await expect(session.step(inputs as never)).rejects.toThrow(message);
    expect(session.steps).toBe(before);
  });

  it('names an input that is not finite where the loss is not either', async () => {
    await expect(session.step({ points: points.map(() => [Number.NaN, 1]), labels })).rejects.toThrow(
      /diverged at step 0: loss is NaN .*The input points has values that are not finite/,
    );
  });

  it('checks that points lie on the manifold', async () => {
    const own = await loadTrainSession(node, await energyBytes());
    await expect(own.step({ x: [[1, 1, 1]] })).rejects.toThrow(/step\(x\): row 0 of 1, \[1, 1, 1\], has norm 1.73205/);
    expect((await own.step({ x: new Float32Array(cap(3).flat()) })).loss).toEqual(expect.any(Number));
    await own.dispose();
  });

  it('has no averages where the step keeps none', async () => {
    await expect(session.parameters('averaged')).rejects.toThrow(/"classifier" keeps no averages/);
  });

  it('refuses the state of another step, and says what differs', async () => {
    const before = await session.save();
    const other = await loadTrainSession(node, (await classifier({ width: 4 }).exported).bytes);
    const foreign = await other.save();
    // tfjs numbers variables without a name anew.
    await expect(session.load(foreign)).rejects.toThrow(
      /another training step \("classifier", here "classifier"\): tensor .*: absent there, float32 \[2,3\], parameter here/,
    );
    const energy = await loadTrainSession(node, await energyBytes());
    await expect(session.load(await energy.save())).rejects.toThrow(/optimizer: Adam there, Momentum here; .*; and \d+ more/);
    await expect(session.load(before.slice(0, before.length - 3))).rejects.toThrow(/are not a state that save\(\) wrote: tensor/);
    await expect(session.load(before.slice(0, 4))).rejects.toThrow(/the header is cut short/);
    await expect(loadTrainSession(node, bytes, { state: foreign })).rejects.toThrow(/another training step/);
    expect(await session.save()).toEqual(before);
    await Promise.all([other.dispose(), energy.dispose()]);
  });

  it('is over once disposed', async () => {
    const own = await loadTrainSession(node, bytes);
    const running = own.step({ points, labels });
    await own.dispose();
    await own.dispose();
    await expect(running).rejects.toThrow(/was disposed/);
    for (const call of [own.step({ points, labels }), own.parameters(), own.save(), own.load(new Uint8Array(8))])
      await expect(call).rejects.toThrow(/This training session of "classifier" was disposed; load it again with loadTrainSession/);
  });

  it('is not made from other files', async () => {
    const model = tinyModel();
    const energy = await exportEnergyModel(model);
    await expect(loadTrainSession(node, energy.bytes)).rejects.toThrow(
      /is not a training step of tfjs-mvl.*load energy models with loadModel/,
    );
    await expect(loadModel(node, bytes)).rejects.toThrow(
      /this file is a training step, not an energy model. Load it with loadTrainSession/,
    );
    await expect(loadTrainSession(node, new Uint8Array(3))).rejects.toThrow(
      /^loadTrainSession: the model given \(3 bytes\) is not a whole ONNX file/,
    );
    await expect(loadTrainSession(node, '/nowhere.onnx')).rejects.toThrow(/^loadTrainSession: cannot read \/nowhere.onnx/);
    model.dispose();
  });
});
