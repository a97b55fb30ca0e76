import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { checkParity, exportOnnx, print } from '../../exporters/index.ts';
import { keepOnnx } from '../support/onnxFiles.ts';
import { RUNTIMES } from '../support/runtimes.ts';

const points = { inputs: { x: { shape: ['batch', 3], dtype: 'float32' } } } as const;
const batches = [1, 7, 1000];

describe.each(RUNTIMES)('in $backend', ({ backend, ort, provider }) => {
  const runtime = { ort, batches, executionProviders: [provider] };

  it('a function with a gradient inside equals tfjs at every batch size', async () => {
    const weights = tf.randomNormal<tf.Rank.R2>([3, 4], 0, 1, 'float32', 1);
    const f = (x: tf.Tensor2D) => {
      const energy = (y: tf.Tensor2D): tf.Scalar => tf.sum(tf.softplus(tf.matMul(y, weights)));
      return { value: tf.mean(tf.square(x)), slope: tf.grad(energy as (y: tf.Tensor) => tf.Scalar)(x), ranks: tf.range(0, x.shape[0]) };
    };
    const exported = await exportOnnx(f, points);
    keepOnnx(`export-function-${provider}`, exported.bytes);
    const report = await checkParity(exported, f, runtime);
    expect(report.runtime).toBe(`${backend} (${provider})`);
    expect(Object.keys(report.outputs)).toEqual(['value', 'slope', 'ranks']);
    // A few hundred roundings of 6e-8 in a mean of 3000 squares.
    for (const { tfjs, float64 } of Object.values(report.outputs)) {
      expect(tfjs.maxRelative).toBeLessThan(1e-5);
      expect(float64?.maxRelative).toBeLessThan(1e-5);
    }
    expect(report.passed).toBe(true);
    weights.dispose();
  });

  it('a layers model is exported with its own input and output names', async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ units: 8, activation: 'elu', inputShape: [5], name: 'hidden' }),
        tf.layers.dense({ units: 2, name: 'head' }),
      ],
    });
    const exported = await exportOnnx(model);
    keepOnnx(`export-layers-${provider}`, exported.bytes);
    expect(exported.graph.outputs.map(({ name }) => name)).toEqual(['head']);
    expect(print(exported.graph)).toMatch(/hidden\/kernel(_\d+)?:5x8/);
    const report = await checkParity(exported, model, runtime);
    expect(report.outputs.head.tfjs.maxRelative).toBeLessThan(1e-5);
    model.dispose();
  });

  it('sees a file that is not the function it is compared with', async () => {
    const exported = await exportOnnx((x: tf.Tensor2D) => tf.mul(x, 2), points);
    const report = await checkParity(exported, (x: tf.Tensor2D) => tf.mul(x, 2.001), runtime);
    expect(report.passed).toBe(false);
    expect(report.outputs.output.tfjs.maxRelative).toBeGreaterThan(4e-4);
    expect(report.outputs.output.float64?.maxRelative).toBeLessThan(1e-7);
  });
});

describe('exportOnnx', () => {
  it('names outputs as asked and puts metadata on the card', async () => {
    const exported = await exportOnnx((x: tf.Tensor2D) => tf.tanh(x), { ...points, outputs: ['y'], metadata: { note: 'mine' } });
    expect(exported.graph.outputs.map(({ name }) => name)).toEqual(['y']);
    expect(exported.card).toMatchObject({ note: 'mine', versions: { opset: 21, tfjs: tf.version_core } });
  });

  it('takes several inputs in the order of their keys, integers and booleans among them', async () => {
    const f = (mask: tf.Tensor, x: tf.Tensor, index: tf.Tensor) => tf.where(mask as tf.Tensor, x, tf.cast(index, 'float32'));
    const exported = await exportOnnx(f, {
      inputs: { mask: { shape: ['n'], dtype: 'bool' }, x: { shape: ['n'] }, index: { shape: ['n'], dtype: 'int32' } },
    });
    const [{ ort, provider }] = RUNTIMES;
    expect((await checkParity(exported, f, { ort, executionProviders: [provider] })).passed).toBe(true);
  });

  it('reports every kernel without a lowering at once, with its lines', async () => {
    const f = (x: tf.Tensor2D) => tf.add(tf.real(tf.fft(tf.complex(x, tf.zerosLike(x)))), x);
    await expect(exportOnnx(f, points)).rejects.toThrow(/complex64/);
    const g = (x: tf.Tensor2D) => {
      const boxes = tf.image.cropAndResize(tf.reshape(x, [1, -1, 3, 1]) as tf.Tensor4D, [[0, 0, 1, 1]], [0], [2, 2]);
      return { boxes, rotated: tf.image.rotateWithOffset(boxes as tf.Tensor4D, 0.1) };
    };
    await expect(exportOnnx(g, points)).rejects.toThrow(
      /2 tfjs kernel\(s\) have no ONNX lowering yet:\n {2}CropAndResize\n {4}at .*exportOnnx\.test.*RotateWithOffset\n {4}at .*exportOnnx\.test/s,
    );
  });

  const wrong: [string, () => Promise<unknown>, RegExp][] = [
    ['a function without inputs', () => exportOnnx((x: tf.Tensor) => x), /needs its inputs/],
    ['no inputs', () => exportOnnx(() => tf.scalar(1), { inputs: {} }), /at least one input/],
    [
      'a wrong size',
      () => exportOnnx((x: tf.Tensor) => x, { inputs: { x: { shape: ['batch', -3] } } }),
      /input x: a size is a positive integer.*got -3/,
    ],
    ['a shape that is none', () => exportOnnx((x: tf.Tensor) => x, { inputs: { x: { shape: 3 as never } } }), /input x: expected a shape/],
    ['something else', () => exportOnnx(3 as never, points), /cannot export number/],
    ['null', () => exportOnnx(null as never, points), /cannot export null/],
    ['an old opset', () => exportOnnx((x: tf.Tensor) => x, { ...points, opset: 11 }), /opset 11 is not supported; choose 18 to 26/],
    [
      'too many names',
      () => exportOnnx((x: tf.Tensor) => x, { ...points, outputs: ['a', 'b'] }),
      /2 names were given \(a, b\) for 1 outputs/,
    ],
    [
      'a shape that tfjs refuses',
      () => exportOnnx((x: tf.Tensor2D) => tf.matMul(x, tf.ones([2, 2])), points),
      /inner shapes|incompatible/i,
    ],
  ];
  it.each(wrong)('refuses %s', async (_what, attempt, message) => {
    await expect(attempt()).rejects.toThrow(message);
  });
});

describe('checkParity', () => {
  it('refuses no batches and samples of the wrong size', async () => {
    const f = (x: tf.Tensor2D) => tf.tanh(x);
    const exported = await exportOnnx(f, points);
    const [{ ort }] = RUNTIMES;
    await expect(checkParity(exported, f, { ort, batches: [] })).rejects.toThrow(/batches is empty/);
    await expect(checkParity(exported, f, { ort, sample: () => new Float32Array(2) })).rejects.toThrow(/must give 3 numbers, it gave 2/);
  });
});
