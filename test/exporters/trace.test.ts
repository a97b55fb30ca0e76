import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { print } from '../../exporters/ir/print.ts';
import { symbol } from '../../exporters/ir/size.ts';
import { trace } from '../../exporters/trace/trace.ts';
import type { TracedFunction } from '../../exporters/trace/traceOnce.ts';

const points = { name: 'x', shape: [symbol('batch'), 3], dtype: 'float32' } as const;
const traced = (fn: (x: tf.Tensor2D) => ReturnType<TracedFunction>) => print(trace('f', fn as TracedFunction, [points]));

describe('trace', () => {
  let before: tf.MemoryInfo;
  let backend: string;
  beforeEach(async () => {
    await tf.ready();
    backend = tf.getBackend();
    before = tf.memory();
  });
  afterEach(() => {
    expect(tf.getBackend()).toBe(backend);
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numBytes).toBe(before.numBytes);
  });

  it('records kernels with symbolic shapes', () => {
    expect(traced((x) => tf.tanh(tf.mul(x, 2)))).toBe(
      [
        'f(x: float32 batchx3)',
        '  %0 = Multiply(x, float32[2]) : float32 batchx3',
        '  %1 = Tanh(%0) : float32 batchx3',
        '  return output = %1',
        '',
      ].join('\n'),
    );
  });

  it('runs gradients on the recording backend', () => {
    const text = traced((x) => tf.grad((y) => tf.sum(tf.square(y)))(x) as tf.Tensor2D);
    expect(text).toContain('Multiply(');
    expect(text).toContain('float32 batchx3\n  return');
  });

  it('captures tensors of another backend without moving them', () => {
    const weights = tf.tidy(() => tf.variable(tf.tensor2d([[1], [2], [3]]), true, 'weights'));
    expect(traced((x) => tf.matMul(x, weights as tf.Tensor2D))).toContain('BatchMatMul(x, float32[1 2 3]');
    expect(Array.from(weights.dataSync())).toEqual([1, 2, 3]);
    weights.dispose();
  });

  it('computes what depends on constants only', () => {
    expect(traced((x) => tf.add(x, tf.exp(tf.zeros([1, 3]))))).toContain('Add(x, float32[1 1 1])');
  });

  it('reads constants, so that shape arithmetic on tensors works', () => {
    const text = traced((x) => {
      const shape = tf.concat([tf.tensor1d([x.shape[0]], 'int32'), tf.tensor1d([3, 1], 'int32')]);
      return tf.reshape(x, Array.from(shape.dataSync()));
    });
    expect(text).toContain('Reshape(x, shape=[batch 3 1]) : float32 batchx3x1');
  });

  it('follows sizes into constants: filled, counted, repeated, as numbers and inversely', () => {
    expect(traced((x) => tf.concat([x, tf.ones([x.shape[0], 1])], 1))).toContain('BroadcastTo(float32[1], shape=[batch 1])');
    expect(traced((x) => tf.mul(x, tf.reshape(tf.range(0, x.shape[0]), [-1, 1])))).toContain('SymbolicRange(start=0, count=batch, step=1)');
    expect(traced((x) => tf.add(x, tf.tile(tf.tensor2d([[1, 2, 3]]), [x.shape[0], 1])))).toContain(
      'BroadcastTo(float32[1 2 3], shape=[batch 3])',
    );
    expect(traced((x) => tf.mul(x, 2 * x.shape[0] + 1))).toContain('SymbolicConstant(entries=[2*batch+1], reciprocal=false)');
    expect(traced((x) => tf.mul(x, 1 / x.shape[0]))).toContain('SymbolicConstant(entries=[batch], reciprocal=true)');
  });

  it('refuses a constant that depends on the size in another way', () => {
    expect(() => traced((x) => tf.mul(x, Math.sqrt(x.shape[0])))).toThrow(/depends on more than the sizes/);
  });

  it('refuses to be read, naming the op and the line', () => {
    expect(() => traced((x) => tf.mul(x, tf.tanh(x).dataSync()[0]))).toThrow(
      /reads the numbers of a tensor made by Tanh, at .*trace\.test/s,
    );
  });

  it('refuses randomness drawn inside, naming the line', () => {
    expect(() => traced((x) => tf.add(x, tf.randomNormal([1, 3])))).toThrow(
      /random numbers inside the traced function, at .*trace\.test.*pass the noise in as an input/s,
    );
    expect(() => traced((x) => tf.add(x, tf.randomUniform([x.shape[0], 3])))).toThrow(/random numbers/);
    expect(() => traced((x) => tf.cast(tf.multinomial(x, 1), 'float32'))).toThrow(/Multinomial draws random numbers/);
  });

  it('refuses dtypes that a graph lacks', () => {
    expect(() => traced((x) => tf.real(tf.complex(x, x)))).toThrow(/dtype complex64.*float32, int32 and bool/s);
    expect(() => trace('f', (x) => x, [{ name: 'x', shape: [1], dtype: 'string' as 'bool' }])).toThrow(/input x has dtype string/);
  });

  it('refuses work that differs with the size', () => {
    expect(() => traced((x) => (x.shape[0] > 11 ? tf.tanh(x) : tf.exp(x)))).toThrow(/other operations at other sizes.*(Tanh|Exp)/s);
    expect(() => traced((x) => ({ [`at${x.shape[0]}`]: tf.tanh(x) }))).toThrow(/other outputs at other sizes/);
  });

  it('refuses results that are not tensors', () => {
    expect(() => traced((() => 3) as never)).toThrow(/must return a tensor.*it returned number/);
    expect(() => traced((async (x: tf.Tensor2D) => x) as never)).toThrow(/a Promise/);
    expect(() => traced((() => []) as never)).toThrow(/an array/);
    // Its own failure comes later, and must not end the process.
    const reads = async (x: tf.Tensor2D) => {
      await x.data();
      return x;
    };
    expect(() => traced(reads as never)).toThrow(/a Promise/);
  });

  it('puts the backend back after an error of the traced function', () => {
    expect(() =>
      traced(() => {
        throw new Error('mine');
      }),
    ).toThrow('tracing f with x: float32 [11,3], at batch = 11: mine');
  });
});
