import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { print } from '../../exporters/index.ts';
import { symbol } from '../../exporters/ir/size.ts';
import { specialise } from '../../exporters/ir/specialise.ts';
import { trace, traceProgram } from '../../exporters/trace/trace.ts';
import type { TracedInput } from '../../exporters/trace/traceOnce.ts';

const x: TracedInput = { name: 'x', shape: [symbol('batch'), 2], dtype: 'float32' };

describe('a traced program', () => {
  it('has the variables that it reads as inputs, those that it assigns as outputs too, and assigns nothing', () => {
    const [w, count] = [tf.variable(tf.tensor1d([1, 2]), true, 'w'), tf.variable(tf.scalar(5), false, 'count')];
    const program = traceProgram(
      'step',
      (points) => {
        count.assign(tf.add(count, 1));
        // Read after the assignment: the new value.
        return { y: tf.add(tf.mul(points, w), count) };
      },
      [x],
    );
    expect(print(program.graph)).toBe(
      [
        'step(x: float32 batchx2, count: float32 scalar, w: float32 2)',
        '  %0 = Add(count, float32[1]) : float32 scalar',
        '  %1 = Multiply(x, w) : float32 batchx2',
        '  %2 = Add(%1, %0) : float32 batchx2',
        '  return y = %2, count_next = %0',
        '',
      ].join('\n'),
    );
    expect(program.state.map(({ variable, input, output }) => [variable.name, input, output])).toEqual([
      ['count', 'count', 'count_next'],
      ['w', 'w', null],
    ]);
    expect([count.dataSync()[0], ...w.dataSync()]).toEqual([5, 1, 2]);
    count.assign(tf.scalar(7));
    expect(count.dataSync()[0]).toBe(7);
    tf.dispose([w, count]);
  });

  it('keeps variables as constants in an ordinary trace', () => {
    const w = tf.variable(tf.scalar(3), true, 'three');
    expect(print(trace('f', (points) => tf.mul(points, w), [x]))).toMatch(/Multiply\(x, float32\[3\]\)/);
    w.dispose();
  });

  it('gives variables that it makes their first values, and traces what it does from then on', () => {
    let slot: tf.Variable | null = null;
    const before = tf.memory().numTensors;
    const program = traceProgram(
      'step',
      (points) => {
        slot ??= tf.variable(tf.fill([2], 4), false, 'slot');
        slot.assign(tf.add(slot, 1));
        return tf.add(points, slot);
      },
      [x],
    );
    expect(program.state.map(({ input, output }) => [input, output])).toEqual([['slot', 'slot_next']]);
    expect([...(slot as unknown as tf.Variable).dataSync()]).toEqual([4, 4]);
    expect(tf.memory().numTensors).toBe(before + 1);
    (slot as unknown as tf.Variable).dispose();
  });

  it('has numbers of JavaScript as inputs, wherever they go in an affine way', () => {
    const knob = { value: 0 };
    const rate: TracedInput = { name: 'rate', shape: [], dtype: 'float32', set: (value) => Object.assign(knob, { value }) };
    const program = traceProgram('f', (points) => tf.add(tf.mul(points, -knob.value), 1 - 2 * knob.value), [x, rate]);
    expect(print(program.graph)).toBe(
      [
        'f(x: float32 batchx2, rate: float32 scalar)',
        '  %0 = SymbolicConstant(entries=[-1*rate], reciprocal=false) : float32 scalar',
        '  %1 = SymbolicConstant(entries=[-2*rate+1], reciprocal=false) : float32 scalar',
        '  %2 = Multiply(x, %0) : float32 batchx2',
        '  %3 = Add(%2, %1) : float32 batchx2',
        '  return output = %3',
        '',
      ].join('\n'),
    );
    expect(() => traceProgram('f', (points) => tf.mul(points, knob.value ** 2), [x, rate])).toThrow(/depends on more than the sizes/);
  });

  it.each([
    ['reads a variable', (v: tf.Variable) => tf.scalar(v.dataSync()[0]), /reads the numbers of variable v/],
    [
      'assigns a wrong shape',
      (v: tf.Variable) => {
        v.assign(tf.zeros([3]) as tf.Tensor);
        return tf.scalar(1);
      },
      /variable v is float32 \[2\] and cannot be assigned float32 \[3\]/,
    ],
  ])('refuses a program that %s, and leaves tfjs as it was', (_name, body, message) => {
    const v = tf.variable(tf.tensor1d([1, 2]), true, 'v');
    expect(() => traceProgram('f', () => body(v), [x])).toThrow(message);
    v.assign(tf.tensor1d([3, 4]));
    expect([...v.dataSync()]).toEqual([3, 4]);
    v.dispose();
  });
});

describe('operations on constants', () => {
  const folded = (fn: (points: tf.Tensor) => tf.Tensor): number[][] => {
    const graph = trace('f', (points) => ({ y: fn(points) }), [{ name: 'x', shape: [3, 2], dtype: 'float32' }]);
    return graph.nodes.flatMap(({ inputs }) => inputs.flatMap((value) => (value?.constant ? [[...value.constant]] : [])));
  };

  it('are what tfjs makes of them, where they hold one number throughout and where they do not', () => {
    const sixth = tf.tidy(() => tf.mul(tf.div(tf.ones([3, 1]), 6), tf.sub(0, tf.fill([3, 2], 0.7))).dataSync());
    expect(folded((points) => tf.add(points, tf.mul(tf.div(tf.ones([3, 1]), 6), tf.sub(0, tf.fill([3, 2], 0.7)))))).toEqual([[...sixth]]);
    expect(folded((points) => tf.add(points, tf.mul(tf.tensor2d([[1], [2], [3]]), tf.ones([3, 2]))))).toEqual([[1, 1, 2, 2, 3, 3]]);
    expect(folded((points) => tf.add(points, tf.neg(tf.zeros([3, 2]))))[0].map((zero) => Object.is(zero, -0))).toEqual(Array(6).fill(true));
  });
});

describe('a specialised graph', () => {
  it('has numbers where sizes were, and constants where these were computed from sizes', () => {
    const graph = trace('f', (points) => tf.add(tf.mean(tf.reshape(points, [-1])), tf.div(points, points.shape[0])), [x]);
    expect(print(graph)).toMatch(/batch/);
    const special = specialise(graph, { batch: 4 });
    expect(print(special)).not.toMatch(/batch|Symbolic/);
    expect(special.inputs[0].value.shape).toEqual([4, 2]);
    expect(print(graph)).toMatch(/batch/);
  });
});
