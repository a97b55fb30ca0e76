import { describe, expect, it } from '@jest/globals';
import type { Graph } from '../../exporters/ir/graph.ts';
import { print } from '../../exporters/ir/print.ts';
import { evaluateSize, type Size, symbol } from '../../exporters/ir/size.ts';
import { makeValue, type Value } from '../../exporters/ir/value.ts';
import { verify } from '../../exporters/ir/verify.ts';
import { type Builder, makeBuilder } from '../../exporters/onnx/builder.ts';
import { targetFor } from '../../exporters/onnx/target.ts';
import { writeModel } from '../../exporters/onnx/writer.ts';
import { openSession, type ParityInput } from '../../exporters/parity/session.ts';
import { absorbScales } from '../../exporters/passes/absorbScales.ts';
import { columnSums } from '../../exporters/passes/columnSums.ts';
import { eliminateDeadNodes } from '../../exporters/passes/eliminateDeadNodes.ts';
import { factorSums } from '../../exporters/passes/factorSums.ts';
import { foldZeros } from '../../exporters/passes/foldZeros.ts';
import { hoistScales } from '../../exporters/passes/hoistScales.ts';
import type { Pass } from '../../exporters/passes/index.ts';
import { inferShapes } from '../../exporters/passes/inferShapes.ts';
import { shareCommonSubexpressions } from '../../exporters/passes/shareCommonSubexpressions.ts';
import { shareFactors } from '../../exporters/passes/shareFactors.ts';
import { sinkReshapes } from '../../exporters/passes/sinkReshapes.ts';
import { spreadUniform } from '../../exporters/passes/spreadUniform.ts';
import { randomStream } from '../../random/stream.ts';
import { keepOnnx } from '../support/onnxFiles.ts';
import { RUNTIMES } from '../support/runtimes.ts';

const n = symbol('n');
const BATCH = 5;

type Shapes = Readonly<Record<string, readonly Size[]>>;
type Values = Readonly<Record<string, Value>>;
type Shaped = (value: Value, shape: readonly Size[]) => Value;

interface Case {
  readonly name: string;
  readonly pass: Pass;
  readonly inputs: Shapes;
  readonly body: (op: Builder, inputs: Values, shaped: Shaped) => Value | readonly Value[];
  /** The printed body after the pass; absent: as before it. */
  readonly after?: readonly string[];
}

/** One rounding is 6e-8; the tests' sums have some ten terms of the size of the result. */
const TOLERANCE = 1e-5;

function graphOf({ inputs, body }: Case): Graph {
  const named = Object.entries(inputs).map(([name, shape]) => ({ name, value: makeValue('float32', shape, name) }));
  const { op, nodes } = makeBuilder(named);
  const shaped: Shaped = (value, shape) => {
    value.shape = shape;
    return value;
  };
  const results = [body(op, Object.fromEntries(named.map(({ name, value }) => [name, value])), shaped)].flat();
  return inferShapes({ name: 'g', inputs: named, outputs: results.map((value, i) => ({ name: `y${i}`, value })), nodes });
}

const lines = (graph: Graph): string[] =>
  print(graph)
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim());

async function evaluate(graph: Graph, label: string): Promise<Record<string, ArrayLike<number>>[]> {
  const bytes = writeModel({ main: graph, target: targetFor(21), metadata: () => ({}), producer: { name: 'test', version: '0' } });
  keepOnnx(label, bytes);
  const inputs = graph.inputs.map(({ name, value }, i): ParityInput => {
    const shape = (value.shape ?? []).map((size) => evaluateSize(size, { n: BATCH }));
    const stream = randomStream(3, i);
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => stream.gaussian());
    return { name, dtype: 'float32', shape, data };
  });
  const results: Record<string, ArrayLike<number>>[] = [];
  for (const { ort, provider } of RUNTIMES) {
    const session = await openSession(ort, bytes, [provider]);
    results.push(await session.run(inputs));
    await session.release();
  }
  return results;
}

async function check(entry: Case): Promise<void> {
  const before = graphOf(entry);
  const original = lines(before);
  const after = entry.pass(before);
  verify(after);
  expect(lines(after)).toEqual(entry.after ?? original);
  const [expected, actual] = [await evaluate(before, `before ${entry.name}`), await evaluate(after, `after ${entry.name}`)];
  expected.forEach((outputs, runtime) => {
    for (const [name, numbers] of Object.entries(outputs)) {
      const scale = Math.max(...Array.from(numbers, Math.abs), 1e-30);
      const error = Math.max(...Array.from(numbers, (x, i) => Math.abs(x - actual[runtime][name][i])));
      expect(actual[runtime][name]).toHaveLength(numbers.length);
      expect(error / scale).toBeLessThan(TOLERANCE);
    }
  });
}

const clean =
  (...passes: Pass[]): Pass =>
  (graph) =>
    eliminateDeadNodes(shareCommonSubexpressions(passes.reduce((current, pass) => pass(current), graph)));

const full = [n, 3];

const PASSES: Readonly<Record<string, readonly [Pass, readonly Omit<Case, 'pass'>[]]>> = {
  foldZeros: [
    clean(foldZeros),
    [
      {
        name: '0·v + x is x',
        inputs: { x: full, v: full },
        body: (op, { x, v }, shaped) => op.Exp(shaped(op.Add(op.Mul(v, 0), x), full)),
        after: ['%0 = Exp(x) : float32 nx3', 'return y0 = %0'],
      },
      {
        name: '0·v − x is −x',
        inputs: { x: full, v: full },
        body: (op, { x, v }, shaped) => shaped(op.Sub(op.Mul(v, 0), x), full),
        after: ['%0 = Neg(x) : float32 nx3', 'return y0 = %0'],
      },
      {
        name: 'a zero that spreads the other operand stays',
        inputs: { x: [3], v: full },
        body: (op, { x, v }, shaped) => shaped(op.Add(op.Mul(v, 0), x), full),
      },
    ],
  ],
  hoistScales: [
    clean(hoistScales),
    [
      {
        name: 'products of scaled operands are one product',
        inputs: { x: full, w: [3, 2] },
        body: (op, { x, w }, shaped) => {
          const first = shaped(op.MatMul(x, w), [n, 2]);
          const second = shaped(op.Gemm(shaped(op.Mul(x, 0.5), full), shaped(op.Neg(w), [3, 2]), { alpha: 4 }), [n, 2]);
          return [op.Tanh(first), op.Tanh(second)];
        },
        after: [
          '%0 = MatMul(x, w) : float32 nx2',
          '%1 = Tanh(%0) : float32 nx2',
          '%2 = Mul(%0, float32[-2]) : float32 nx2',
          '%3 = Tanh(%2) : float32 nx2',
          'return y0 = %1, y1 = %3',
        ],
      },
      {
        name: 'scales go through reductions, shapes and quotients',
        inputs: { x: full, y: full },
        body: (op, { x, y }, shaped) => {
          const quotient = shaped(op.Div(shaped(op.Mul(x, 6), full), shaped(op.Div(y, 0.5), full)), full);
          const sum = shaped(op.ReduceSum(quotient, op.sizes([0]), { keepdims: 0 }), [3]);
          return op.Exp(op.reshape(sum, [1, 3]));
        },
        after: [
          '%0 = Div(x, y) : float32 nx3',
          '%1 = ReduceSum(%0, int64[0], keepdims=0) : float32 3',
          '%2 = Reshape(%1, int64[1 3]) : float32 1x3',
          '%3 = Mul(%2, float32[3]) : float32 1x3',
          '%4 = Exp(%3) : float32 1x3',
          'return y0 = %4',
        ],
      },
      {
        name: 'sums with one scale, with opposite signs, and with constants',
        inputs: { x: full, y: full },
        body: (op, { x, y }, shaped) => {
          const times = (value: Value, factor: number) => shaped(op.Mul(value, factor), full);
          return [
            op.Exp(shaped(op.Add(times(x, 2), times(y, 2)), full)),
            op.Exp(shaped(op.Add(times(x, -2), times(y, 2)), full)),
            op.Exp(shaped(op.Sub(times(x, -2), times(y, 2)), full)),
            op.Exp(shaped(op.Sub(1, times(x, 4)), full)),
            op.Exp(shaped(op.Sub(times(x, 4), 1), full)),
            op.Exp(shaped(op.Add(1, times(x, -1)), full)),
          ];
        },
        after: [
          '%0 = Add(x, y) : float32 nx3',
          '%1 = Mul(%0, float32[2]) : float32 nx3',
          '%2 = Exp(%1) : float32 nx3',
          '%3 = Sub(y, x) : float32 nx3',
          '%4 = Mul(%3, float32[2]) : float32 nx3',
          '%5 = Exp(%4) : float32 nx3',
          '%6 = Mul(%0, float32[-2]) : float32 nx3',
          '%7 = Exp(%6) : float32 nx3',
          '%8 = Add(x, float32[-0.25]) : float32 nx3',
          '%9 = Mul(%8, float32[-4]) : float32 nx3',
          '%10 = Exp(%9) : float32 nx3',
          '%11 = Mul(%8, float32[4]) : float32 nx3',
          '%12 = Exp(%11) : float32 nx3',
          '%13 = Sub(float32[1], x) : float32 nx3',
          '%14 = Exp(%13) : float32 nx3',
          'return y0 = %2, y1 = %5, y2 = %7, y3 = %10, y4 = %12, y5 = %14',
        ],
      },
      {
        name: 'of two scales one goes out',
        inputs: { x: full, y: full },
        body: (op, { x, y }, shaped) => op.Exp(shaped(op.Sub(shaped(op.Mul(x, 2), full), shaped(op.Mul(y, 3), full)), full)),
        after: [
          '%0 = Mul(y, float32[-1.5]) : float32 nx3',
          '%1 = Add(x, %0) : float32 nx3',
          '%2 = Mul(%1, float32[2]) : float32 nx3',
          '%3 = Exp(%2) : float32 nx3',
          'return y0 = %3',
        ],
      },
      {
        name: 'a value that is needed whole is scaled once',
        inputs: { x: full, y: full },
        body: (op, { x, y }, shaped) => {
          const scaled = shaped(op.Mul(shaped(op.Add(x, y), full), 2), full);
          return [scaled, shaped(op.Add(scaled, 1), full)];
        },
        after: [
          '%0 = Add(x, y) : float32 nx3',
          '%1 = Mul(%0, float32[2]) : float32 nx3',
          '%2 = Add(%1, float32[1]) : float32 nx3',
          'return y0 = %1, y1 = %2',
        ],
      },
      {
        name: 'numbers that are known only at run time go out too, and meet there',
        inputs: { rate: [], x: full, y: full },
        body: (op, { rate, x, y }, shaped) =>
          op.Exp(shaped(op.Div(shaped(op.Mul(shaped(op.Mul(x, rate), full), 3), full), shaped(op.Add(y, 9), full)), full)),
        after: [
          '%0 = Add(y, float32[9]) : float32 nx3',
          '%1 = Div(x, %0) : float32 nx3',
          '%2 = Mul(rate, float32[3]) : float32 scalar',
          '%3 = Mul(%1, %2) : float32 nx3',
          '%4 = Exp(%3) : float32 nx3',
          'return y0 = %4',
        ],
      },
      {
        name: 'sums of what is scaled by different numbers stay',
        inputs: { rate: [], other: [], x: full, y: full },
        body: (op, { rate, other, x, y }, shaped) =>
          op.Exp(shaped(op.Add(shaped(op.Mul(x, rate), full), shaped(op.Div(y, other), full)), full)),
        after: [
          '%0 = Div(float32[1], other) : float32 scalar',
          '%1 = Mul(x, rate) : float32 nx3',
          '%2 = Mul(y, %0) : float32 nx3',
          '%3 = Add(%1, %2) : float32 nx3',
          '%4 = Exp(%3) : float32 nx3',
          'return y0 = %4',
        ],
      },
      {
        name: 'a concatenation of equal scales and constants',
        inputs: { x: [3], y: [2] },
        body: (op, { x, y }, shaped) =>
          op.Exp(shaped(op.Concat(shaped(op.Mul(x, 2), [3]), op.constant([4], 'float32'), shaped(op.Mul(y, 2), [2]), { axis: 0 }), [6])),
        after: [
          '%0 = Concat(x, float32[2], y, axis=0) : float32 6',
          '%1 = Mul(%0, float32[2]) : float32 6',
          '%2 = Exp(%1) : float32 6',
          'return y0 = %2',
        ],
      },
    ],
  ],
  spreadUniform: [
    clean(spreadUniform),
    [
      {
        name: 'a column of twos times a row',
        inputs: { w: [3, 1] },
        body: (op, { w }, shaped) => shaped(op.Gemm(op.constant([2, 2, 2, 2], 'float32', [4, 1]), w, { transB: 1 }), [4, 3]),
        after: [
          '%0 = Reshape(w, int64[1 3]) : float32 1x3',
          '%1 = Mul(%0, float32[2]) : float32 1x3',
          '%2 = Expand(%1, int64[4 1]) : float32 4x3',
          'return y0 = %2',
        ],
      },
      {
        name: 'a column of as many ones as there are points',
        inputs: { x: full, w: [3, 1] },
        body: (op, { w }, shaped) =>
          shaped(op.Gemm(shaped(op.Expand(op.scalar(1, 'float32'), op.sizes([n, 1])), [n, 1]), w, { transB: 1 }), [n, 3]),
        after: [
          '%0 = Shape(x, start=0, end=1) : int64 ?',
          '%1 = Concat(%0, int64[1], axis=0) : int64 ?',
          '%2 = Reshape(w, int64[1 3]) : float32 1x3',
          '%3 = Mul(%2, float32[1]) : float32 1x3',
          '%4 = Expand(%3, %1) : float32 nx3',
          'return y0 = %4',
        ],
      },
      {
        name: 'a column of different numbers stays',
        inputs: { w: [3, 1] },
        body: (op, { w }, shaped) => shaped(op.Gemm(op.constant([2, 2, 1, 2], 'float32', [4, 1]), w, { transB: 1 }), [4, 3]),
      },
    ],
  ],
  sinkReshapes: [
    clean(sinkReshapes),
    [
      {
        name: 'sums of reshaped values',
        inputs: { x: full, y: full },
        body: (op, { x, y }, shaped) =>
          shaped(op.Mul(shaped(op.Add(op.reshape(x, [1, n, 3]), op.reshape(y, [1, n, 3])), [1, n, 3]), 2), [1, n, 3]),
        after: [
          '%0 = Add(x, y) : float32 nx3',
          '%1 = Mul(%0, float32[2]) : float32 nx3',
          '%2 = Reshape(%1, int64[1 -1 3]) : float32 1xnx3',
          'return y0 = %2',
        ],
      },
      {
        name: 'values of several shapes stay',
        inputs: { x: [6], y: [2, 3] },
        body: (op, { x, y }, shaped) => shaped(op.Add(op.reshape(x, [1, 6]), op.reshape(y, [1, 6])), [1, 6]),
      },
    ],
  ],
  factorSums: [
    clean(factorSums),
    [
      {
        name: 'products with one weight in common',
        inputs: { x: [7, 40], y: [7, 40], w: [40, 30] },
        body: (op, { x, y, w }, shaped) =>
          op.Tanh(shaped(op.Sub(shaped(op.MatMul(x, w), [7, 30]), shaped(op.Gemm(y, w), [7, 30])), [7, 30])),
        after: ['%0 = Sub(x, y) : float32 7x40', '%1 = MatMul(%0, w) : float32 7x30', '%2 = Tanh(%1) : float32 7x30', 'return y0 = %2'],
      },
      {
        name: 'weights that differ on either side stay',
        inputs: { x: [7, 40], y: [7, 40], w: [40, 30], u: [40, 30] },
        body: (op, { x, y, w, u }, shaped) =>
          op.Tanh(shaped(op.Sub(shaped(op.MatMul(x, w), [7, 30]), shaped(op.MatMul(y, u), [7, 30])), [7, 30])),
      },
      {
        name: 'a product that is needed by itself stays',
        inputs: { x: [7, 40], y: [7, 40], w: [40, 30] },
        body: (op, { x, y, w }, shaped) => {
          const [first, second] = [shaped(op.MatMul(x, w), [7, 30]), shaped(op.MatMul(y, w), [7, 30])];
          return [op.Tanh(first), op.Tanh(second), shaped(op.Add(first, second), [7, 30])];
        },
      },
      {
        name: 'an elementwise factor in common, and a factor that is a term itself',
        inputs: { a: [7, 4], b: [7, 4], c: [7, 4] },
        body: (op, { a, b, c }, shaped) => {
          const [first, second] = [shaped(op.Mul(a, b), [7, 4]), shaped(op.Mul(c, a), [7, 4])];
          return shaped(op.Add(shaped(op.Sub(shaped(op.Mul(first, 2), [7, 4]), second), [7, 4]), a), [7, 4]);
        },
        after: [
          '%0 = Mul(b, float32[2]) : float32 7x4',
          '%1 = Sub(%0, c) : float32 7x4',
          '%2 = Add(%1, float32[1]) : float32 7x4',
          '%3 = Mul(a, %2) : float32 7x4',
          'return y0 = %3',
        ],
      },
    ],
  ],
  shareFactors: [
    clean(shareFactors),
    [
      {
        name: 'three factors beside two of them',
        inputs: { a: full, b: full, c: full },
        body: (op, { a, b, c }, shaped) => [
          op.Exp(shaped(op.Mul(b, c), full)),
          op.Exp(shaped(op.Mul(shaped(op.Mul(shaped(op.Mul(b, a), full), 2), full), c), full)),
          op.Exp(shaped(op.Mul(shaped(op.Mul(c, a), full), b), full)),
        ],
        after: [
          '%0 = Mul(c, b) : float32 nx3',
          '%1 = Exp(%0) : float32 nx3',
          '%2 = Mul(a, %0) : float32 nx3',
          '%3 = Mul(%2, float32[2]) : float32 nx3',
          '%4 = Exp(%3) : float32 nx3',
          '%5 = Exp(%2) : float32 nx3',
          'return y0 = %1, y1 = %4, y2 = %5',
        ],
      },
      {
        name: 'powers',
        inputs: { a: full },
        body: (op, { a }, shaped) => {
          const square = shaped(op.Mul(a, a), full);
          return [op.Exp(square), shaped(op.Mul(shaped(op.Mul(shaped(op.Mul(a, a), full), a), full), a), full)];
        },
        after: ['%0 = Mul(a, a) : float32 nx3', '%1 = Exp(%0) : float32 nx3', '%2 = Mul(%0, %0) : float32 nx3', 'return y0 = %1, y1 = %2'],
      },
    ],
  ],
  columnSums: [
    clean(columnSums),
    [
      {
        name: 'sums, means and products with ones over the first axis',
        inputs: { x: [5, 3] },
        body: (op, { x }, shaped) => [
          shaped(op.ReduceSum(x, op.sizes([0]), { keepdims: 0 }), [3]),
          shaped(op.ReduceMean(x, op.sizes([0]), { keepdims: 1 }), [1, 3]),
          shaped(op.Gemm(x, op.constant([2, 2, 2, 2, 2], 'float32', [5, 1]), { transA: 1 }), [3, 1]),
        ],
        after: [
          '%0 = MatMul(constant:1x5, x) : float32 1x3',
          '%1 = Reshape(%0, int64[3]) : float32 3',
          '%2 = MatMul(constant:1x5, x) : float32 1x3',
          '%3 = Reshape(%2, int64[1 3]) : float32 1x3',
          '%4 = MatMul(constant:1x5, x) : float32 1x3',
          '%5 = Reshape(%4, int64[3 1]) : float32 3x1',
          'return y0 = %1, y1 = %3, y2 = %5',
        ],
      },
      {
        name: 'an open number of rows stays',
        inputs: { x: full },
        body: (op, { x }, shaped) => shaped(op.ReduceSum(x, op.sizes([0]), { keepdims: 0 }), [3]),
      },
      {
        name: 'a sum along rows stays',
        inputs: { x: [5, 3] },
        body: (op, { x }, shaped) => shaped(op.ReduceSum(x, op.sizes([1]), { keepdims: 0 }), [5]),
      },
    ],
  ],
  absorbScales: [
    clean(absorbScales),
    [
      {
        name: 'into alpha and into constants',
        inputs: { x: full, w: [3, 2] },
        body: (op, { x, w }, shaped) => [
          shaped(op.Mul(shaped(op.Gemm(x, w, { alpha: 3 }), [n, 2]), 2), [n, 2]),
          shaped(op.Neg(shaped(op.MatMul(x, op.constant([1, 2, 3], 'float32', [3, 1])), [n, 1])), [n, 1]),
        ],
        after: ['%0 = Gemm(x, w, alpha=6) : float32 nx2', '%1 = MatMul(x, float32[-1 -2 -3]) : float32 nx1', 'return y0 = %0, y1 = %1'],
      },
      {
        name: 'through a shape',
        inputs: { x: [5, 3] },
        body: (op, { x }, shaped) =>
          shaped(op.Mul(op.reshape(shaped(op.MatMul(op.constant([1, 2, 1, 1, 1], 'float32', [1, 5]), x), [1, 3]), [3]), 2), [3]),
        after: ['%0 = MatMul(constant:1x5, x) : float32 1x3', '%1 = Reshape(%0, int64[3]) : float32 3', 'return y0 = %1'],
      },
      {
        name: 'not into products with a vector, nor into those that are read twice',
        inputs: { x: full, w: [3, 1], u: [3, 2] },
        body: (op, { x, w, u }, shaped) => {
          const twice = shaped(op.MatMul(x, u), [n, 2]);
          return [shaped(op.Mul(shaped(op.MatMul(x, w), [n, 1]), 2), [n, 1]), op.Tanh(twice), shaped(op.Mul(twice, 2), [n, 2])];
        },
      },
    ],
  ],
};

describe.each(Object.entries(PASSES))('%s', (_pass, [pass, cases]) => {
  it.each(cases.map((entry) => [entry.name, entry] as const))('%s', (_name, entry) => check({ ...entry, pass }));
});
