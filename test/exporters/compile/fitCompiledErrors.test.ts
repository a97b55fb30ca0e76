import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { type FitCompiledOptions, fitCompiled } from '../../../exporters/index.ts';
import { classes, dense } from './fitCompiledSupport.ts';

/** Draws noise of its own. */
class Jitter extends tf.layers.Layer {
  static className = 'Jitter';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => tf.add([inputs].flat()[0], tf.randomNormal([1])));
  }
}

/** Reads its input. */
class Peek extends tf.layers.Layer {
  static className = 'Peek';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x] = [inputs].flat();
    return tf.mul(x, x.dataSync()[0]);
  }
}

function modelWith(layers: tf.layers.Layer[], args: Partial<tf.ModelCompileArgs> = {}): tf.Sequential {
  const model = tf.sequential({ layers: [...layers, dense(3, 2, { activation: 'softmax' })] });
  model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy', ...args });
  return model;
}

const plain = (args?: Partial<tf.ModelCompileArgs>) => modelWith([dense(5, 1, { inputShape: [4] })], args);

describe('fitCompiled refuses', () => {
  let x: tf.Tensor2D;
  let y: tf.Tensor2D;
  let steps: tf.Tensor;

  beforeAll(async () => {
    await tf.setBackend('cpu');
    ({ x, y } = classes(30));
    steps = tf.reshape(x, [30, 2, 2]);
  });

  const refusal = async (
    model: tf.LayersModel,
    inputs: tf.Tensor | tf.Tensor[],
    targets: tf.Tensor,
    options: object = {},
  ): Promise<string> => {
    const before = tf.memory().numTensors;
    const error = await fitCompiled(model, inputs, targets, { ort, ...options } as FitCompiledOptions).catch((caught: Error) => caught);
    expect(error).toBeInstanceOf(Error);
    expect(tf.memory().numTensors).toBe(before);
    return (error as Error).message;
  };

  it('a model that was not compiled, or is none', async () => {
    const model = tf.sequential({ layers: [dense(3, 1, { inputShape: [4] })] });
    expect(await refusal(model, x, y)).toMatch(/was not compiled. Call model.compile/);
    expect(await refusal(tf.model({ inputs: model.inputs, outputs: model.outputs }), x, y)).toMatch(/was not compiled/);
    expect(await refusal({} as tf.LayersModel, x, y)).toMatch(/expected a tf.LayersModel, got object/);
  });

  it('a second fit of a model in training', async () => {
    const model = plain();
    const first = fitCompiled(model, x, y, { ort, epochs: 2 });
    await expect(fitCompiled(model, x, y, { ort })).rejects.toThrow(/in training already/);
    await expect(model.fit(x, y, { verbose: 0 })).rejects.toThrow(/another fit/);
    await first;
    await fitCompiled(model, x, y, { ort });
  });

  it.each<[string, (x: tf.Tensor, y: tf.Tensor) => [tf.Tensor | tf.Tensor[], tf.Tensor], RegExp]>([
    ['lengths that differ', (a, b) => [a, tf.slice(b, 0, 20)], /same number of rows, at least one; got x of 30 rows and y of 20/],
    ['no rows', (a, b) => [tf.slice(a, 0, 0), tf.slice(b, 0, 0)], /at least one; got x of 0 rows/],
    [
      'rows of another length',
      (a, b) => [tf.slice(a, [0, 0], [30, 3]), b],
      /got x \[30,3\] and y \[30,3\]; the model .* takes dense.*\[n,4\] and makes .*\[n,3\]/,
    ],
    [
      'targets of another shape',
      (a, b) => [a, tf.slice(b, [0, 0], [30, 2])],
      /got x \[30,4\] and y \[30,2\].*Give one tensor for each.*tfjs says/,
    ],
    ['one tensor too many', (a, b) => [[a, a], b], /got x \[30,4\], \[30,4\] and y/],
    ['arrays', (_, b) => [[[1, 2, 3, 4]] as unknown as tf.Tensor, b], /x must be a tf.Tensor/],
    ['nothing', (a) => [a, undefined as unknown as tf.Tensor], /y must be a tf.Tensor.*got undefined/],
  ])('%s', async (_, make, message) => {
    const [a, b] = make(x, y);
    expect(await refusal(plain(), a, b)).toMatch(message);
  });

  it.each<[FitCompiledOptions | object, RegExp]>([
    [{ ort, learningRate: 0.1 }, /learningRate must be a function of progress in \[0, 1\], such as .*; got 0.1/],
    [{ batchsize: 3 }, /unknown option batchsize; expected some of ort, executor, epochs, batchSize/],
    [{ validationSplit: 1 }, /validationSplit must be in \[0, 1\); got 1/],
    [{ validationSplit: -0.1 }, /validationSplit must be/],
    [{ validationSplit: 0.99 }, /validationSplit = 0.99 of 30 rows would leave 30 to validate on/],
    [{ epochs: 0 }, /epochs must be a positive integer; got 0/],
    [{ batchSize: 2.5 }, /batchSize must be a positive integer/],
    [{ initialEpoch: -1 }, /initialEpoch must be/],
    [{ seed: Number.NaN }, /seed must be an integer/],
    [{ ort: undefined }, /expected \{ ort \} or \{ executor \}, got neither/],
    [{ validationData: [1] }, /validationData must be a pair/],
  ])('the options %p', async (options, message) => {
    expect(await refusal(plain(), x, y, options)).toMatch(message);
  });

  it('validation data that do not fit, and says that it is those', async () => {
    const validationData = [x, tf.slice(y, 0, 5)];
    expect(await refusal(plain(), x, y, { validationData })).toMatch(/fitCompiled\(\{ validationData \}\): all tensors/);
  });

  it.each<[string, () => tf.layers.Layer[], RegExp]>([
    [
      'recurrent dropout',
      () => [
        tf.layers.bidirectional({
          layer: tf.layers.lstm({ units: 3, recurrentDropout: 0.2 }) as never,
          mergeMode: 'concat',
          inputShape: [2, 2],
        } as never),
      ],
      /the recurrent layer .*lstm.* has recurrentDropout = 0.2; .*tf.layers.spatialDropout1d/,
    ],
    ['dropout in a recurrent layer', () => [tf.layers.gru({ units: 3, dropout: 0.1, inputShape: [2, 2] })], /has dropout = 0.1/],
    ['state', () => [tf.layers.simpleRNN({ units: 3, stateful: true, batchInputShape: [30, 2, 2] })], /\(SimpleRNN\) is stateful/],
    [
      'unknown randomness',
      () => [tf.layers.flatten({ inputShape: [2, 2] }), new Jitter({ name: 'jitter_1' })],
      /the layer jitter_1 \(Jitter\) draws random numbers.*Known are the formulas of Dropout/,
    ],
    [
      'a layer that reads',
      () => [tf.layers.flatten({ inputShape: [2, 2] }), new Peek({ name: 'peek_1' })],
      /the layer peek_1 \(Peek\) cannot be traced: .*reads the numbers/,
    ],
  ])('%s, with the name of the layer and what to do', async (_, layers, message) => {
    expect(await refusal(modelWith(layers()), steps, y)).toMatch(message);
  });

  it('a subclass of a noise layer with a formula of its own', async () => {
    const Dropout = tf.layers.dropout({ rate: 0.5 }).constructor as new (args: object) => tf.layers.Layer;
    class Other extends Dropout {
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        return tf.tidy(() => tf.mul([inputs].flat()[0], tf.randomUniform([1])));
      }
    }
    expect(await refusal(modelWith([new Other({ rate: 0.5, inputShape: [4], name: 'other' })]), x, y)).toMatch(
      /the layer other \(Dropout\) draws/,
    );
  });

  it('metrics that read values, with the line', async () => {
    const reading = (_: tf.Tensor, prediction: tf.Tensor) => tf.scalar(prediction.dataSync()[0]);
    // Not by `refusal`: tfjs itself keeps what it saved for the gradient where a loss throws.
    await expect(fitCompiled(plain({ metrics: [reading] }), x, y, { ort })).rejects.toThrow(
      /reads the numbers of a tensor made by .*fitCompiledErrors.test/s,
    );
  });
});
