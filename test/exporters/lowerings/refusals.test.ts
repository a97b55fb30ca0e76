import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { exportOnnx } from '../../../exporters/exportOnnx.ts';
import { symbol } from '../../../exporters/ir/size.ts';
import { makeConstant, makeValue } from '../../../exporters/ir/value.ts';
import { LOWERINGS } from '../../../exporters/lowerings/index.ts';
import { windows } from '../../../exporters/lowerings/windows.ts';
import { makeBuilder } from '../../../exporters/onnx/builder.ts';
import { checkNumbers, exportSubject } from '../../support/lowering.ts';
import type { CaseInput } from '../../support/loweringCase.ts';

const n = symbol('n');

describe('what follows a symbolic size in a way that ONNX cannot express', () => {
  type Case = [string, readonly CaseInput['shape'][], (...x: never[]) => tf.Tensor, RegExp];
  const open = ['n', 'n', 'n', 2] as const;
  const cases: Case[] = [
    ['a running product', [['n']], (x: tf.Tensor) => tf.cumprod(x), /Cumprod along a symbolic size/],
    [
      'a border that repeats',
      [['n', 3]],
      (x: tf.Tensor) =>
        tf.mirrorPad(
          x,
          [
            [1, 1],
            [0, 0],
          ] as [[number, number], [number, number]],
          'symmetric',
        ),
      /symmetric padding of axis 0/,
    ],
    [
      'a nearest neighbour',
      [[1, 'n', 4, 2]],
      (x: tf.Tensor) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [3, 3]),
      /resizing an image of symbolic size/,
    ],
    [
      'as many classes as rows',
      [['n', 2]],
      (x: tf.Tensor) => tf.oneHot(tf.cast(x, 'int32'), x.shape[0]),
      /attribute depth of OneHot depends on a symbolic size/,
    ],
    ['rounded halves', [['n', 2]], (x: tf.Tensor) => tf.stridedSlice(x, [0], [0], [2], 1, 1), /not affine/],
    [
      'strided windows',
      [
        [1, 'n', 4, 2],
        [3, 3, 2, 1],
      ],
      (x: tf.Tensor, w: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same'),
      /not affine/,
    ],
    [
      'places in a tensor of two open sizes',
      [open, open],
      (x: tf.Tensor, dy: tf.Tensor) =>
        tf.engine().runKernel('MaxPoolGrad', { dy, input: x, output: x }, {
          filterSize: [1, 1],
          strides: [1, 1],
          pad: 'same',
        } as object as tf.NamedAttrMap) as tf.Tensor,
      /product of the open sizes .*n and n is needed/,
    ],
  ];
  it.each(cases)('%s', async (_name, shapes, fn, message) => {
    const inputs = Object.fromEntries(shapes.map((shape, i) => [`x${i}`, { shape: [...shape] }]));
    await expect(exportOnnx(fn, { inputs })).rejects.toThrow(message);
  });

  it('windows with strides, should the sizes be affine after all', () => {
    expect(() => windows({ input: [n], output: [n], filter: [2] }, { strides: 2, pad: 'same' })).toThrow(
      'windows with stride 2 over the symbolic size of spatial axis 0',
    );
  });
});

describe('what the tracer meets only in odd programs', () => {
  it('a kernel that keeps a tensor of its own is copied in time', async () => {
    // tfjs's Abs hands out a tensor, which tidy disposes of before the cast reads it.
    const subject = {
      inputs: { x: { shape: ['n', 2] as const } },
      fn: (x: tf.Tensor) => tf.pow(tf.abs(x), tf.scalar(2, 'int32')),
      label: 'abs then pow',
      graph: [],
      tolerance: 3e-6,
    };
    await checkNumbers(subject, await exportSubject(subject));
  });

  it('a fused activation that tfjs may add later is named', () => {
    const builder = makeBuilder([]);
    const a = makeConstant(Float32Array.of(1), 'float32', [1, 1]);
    const node = {
      op: '_FusedMatMul',
      inputs: [a, a],
      inputNames: ['a', 'b'],
      attributes: { transposeA: false, transposeB: false, activation: 'mish' },
      outputs: [makeValue('float32', [1, 1], 'y')],
    };
    expect(() => LOWERINGS._FusedMatMul.lower(builder.op, node)).toThrow('fused activation mish has no lowering');
  });
});
