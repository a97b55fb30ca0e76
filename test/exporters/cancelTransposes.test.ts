import { describe, expect, it } from '@jest/globals';
import type { Graph } from '../../exporters/ir/graph.ts';
import { symbol } from '../../exporters/ir/size.ts';
import { makeValue, type Value } from '../../exporters/ir/value.ts';
import { verify } from '../../exporters/ir/verify.ts';
import { permute, toChannelsFirst, toChannelsLast } from '../../exporters/lowerings/layout.ts';
import { type Builder, makeBuilder } from '../../exporters/onnx/builder.ts';
import { cancelTransposes } from '../../exporters/passes/cancelTransposes.ts';
import { eliminateDeadNodes } from '../../exporters/passes/eliminateDeadNodes.ts';
import { foldConstants } from '../../exporters/passes/foldConstants.ts';
import { inferShapes } from '../../exporters/passes/inferShapes.ts';
import { narrowBroadcasts } from '../../exporters/passes/narrowBroadcasts.ts';
import { reshapeTransposes } from '../../exporters/passes/reshapeTransposes.ts';
import { sinkExpands } from '../../exporters/passes/sinkExpands.ts';
import { compact } from '../support/compact.ts';

const batch = symbol('n');

/** Graphs of x, an image `[n, 4, 5, 3]`, and `row`, `[3]`. */
function graphOf(body: (op: Builder, x: Value, row: Value) => Value | Value[], channels = 3): Graph {
  const x = { name: 'x', value: makeValue('float32', [batch, 4, 5, channels], 'x') };
  const row = { name: 'row', value: makeValue('float32', [channels], 'row') };
  const { op, nodes } = makeBuilder([x, row]);
  const results = [body(op, x.value, row.value)].flat();
  const outputs = results.map((value, i) => ({ name: `y${i}`, value }));
  return { name: 'g', inputs: [x, row], outputs, nodes: [...nodes] };
}

const rewritten = (graph: Graph, ...passes: readonly ((graph: Graph) => Graph)[]): string[] => {
  const result = passes.reduce((current, pass) => pass(current), graph);
  verify(result);
  return compact(result);
};

const cancelled = (graph: Graph): string[] => rewritten(graph, inferShapes, cancelTransposes, eliminateDeadNodes);

/** f between two Transposes that undo each other. */
const between = (f: (op: Builder, x: Value, row: Value) => Value) =>
  graphOf((op, x, row) => {
    const result = f(op, toChannelsFirst(op, x), row);
    result.shape ??= [batch, 3, 4, 5];
    return toChannelsLast(op, result);
  });

describe('cancelTransposes', () => {
  it('drops pairs that undo each other, and merges those that do not', () => {
    expect(cancelled(graphOf((op, x) => op.Relu(toChannelsLast(op, toChannelsFirst(op, x)))))).toEqual(['x -> Relu:nx4x5x3']);
    expect(cancelled(graphOf((op, x) => permute(op, permute(op, x, [1, 0, 2, 3]), [3, 0, 1, 2])))).toEqual([
      'x -> Transpose(_, perm=[3 1 0 2]):3x4xnx5',
    ]);
  });

  it('passes elementwise operators, their numbers and constants', () => {
    expect(cancelled(between((op, x) => op.Clip(op.Mul(x, 2), 0, 6)))).toEqual(['Mul(x, 2) -> Clip(_, 0, 6):nx4x5x3']);
    const constant = between((op, x) => op.Add(x, op.constant([1, 2, 3], 'float32', [3, 1, 1])));
    expect(cancelled(constant)).toEqual(['Add(x, [1 2 3]):nx4x5x3']);
    const image = between((op, x) =>
      op.Add(
        x,
        op.constant(
          Array.from({ length: 20 }, (_, i) => i),
          'float32',
          [4, 5],
        ),
      ),
    );
    expect(cancelled(image)).toEqual(['Add(x, const:1x4x5x1):nx4x5x3']);
  });

  it('passes two operands of one layout', () => {
    expect(cancelled(between((op, x) => op.Mul(op.Sigmoid(x), x)))).toEqual(['x -> Sigmoid -> Mul(_, x):nx4x5x3']);
  });

  it('reshapes an operand whose axes keep their order, and stays where they do not', () => {
    const row = graphOf((op, x, r) => {
      const convolved = op.Conv(toChannelsFirst(op, x), op.constant([1], 'float32', [1, 1, 1, 1]));
      convolved.shape = [batch, 3, 4, 5];
      const biased = op.Add(toChannelsLast(op, convolved), r);
      biased.shape = [batch, 4, 5, 3];
      return toChannelsFirst(op, biased);
    });
    expect(cancelled(row)).toEqual([
      '%0 = x -> Transpose(_, perm=[0 3 1 2]) -> Conv(_, [1]):nx3x4x5',
      'Reshape(row, [1 3 1 1]) -> Add(%0, _):nx3x4x5',
    ]);
    const image = between((op, x) => op.Add(x, op.reshape(op.Expand(x, op.sizes([1])), [1, 3, 4, 5])));
    expect(cancelled(image).join()).toContain('Transpose');
  });

  it('goes around reductions, padding, slices, gathers and concatenations, renaming their axes', () => {
    const cases: [(op: Builder, x: Value) => Value, string][] = [
      [(op, x) => op.ReduceMax(x, op.sizes([-1]), { keepdims: 1 }), 'ReduceMax(x, [2], keepdims=1)'],
      [(op, x) => op.Pad(x, op.sizes([0, 0, 1, 2, 0, 0, 3, 4]), op.scalar(0, 'float32')), 'Pad(x, [0 1 2 0 0 3 4 0], 0)'],
      [(op, x) => op.Slice(x, op.sizes([1]), op.sizes([2]), op.sizes([1])), 'Slice(x, [1], [2], [3])'],
      [(op, x) => op.Gather(x, op.sizes([0, 0]), { axis: 2 }), 'Gather(x, [0 0], axis=1)'],
      [(op, x) => op.Concat(x, x, { axis: -3 }), 'Concat(x, x, axis=3)'],
    ];
    for (const [f, text] of cases) expect(cancelled(between(f))[0]).toMatch(text);
  });

  it('a reduction to what keeps its order needs no Transpose at all', () => {
    const pooled = graphOf((op, x) => op.ReduceMean(toChannelsFirst(op, x), op.sizes([2, 3]), { keepdims: 0 }));
    expect(cancelled(pooled)).toEqual(['ReduceMean(x, [1 2], keepdims=0):?']);
    const all = graphOf((op, x) => op.ReduceSum(toChannelsFirst(op, x), { keepdims: 0 }));
    expect(cancelled(all)).toEqual(['x -> ReduceSum(_, keepdims=0):?']);
    const turned = graphOf((op, x) => op.ReduceSum(toChannelsFirst(op, x), op.sizes([0]), { keepdims: 0 }));
    expect(cancelled(turned)).toEqual(['x -> Transpose(_, perm=[0 3 1 2]) -> ReduceSum(_, [0], keepdims=0):?']);
  });

  it('leaves what it cannot rename, and a graph that would keep as many', () => {
    const kept: ((op: Builder, x: Value) => Value)[] = [
      (op, x) => op.Softmax(x, { axis: 1 }),
      (op, x) => op.ReduceSum(x, { keepdims: 1 }),
      (op, x) => op.ReduceSum(x, op.Shape(x), { keepdims: 1 }),
      (op, x) => op.Pad(x, op.Shape(x), op.scalar(0, 'float32')),
      (op, x) => op.Slice(x, op.sizes([0]), op.sizes([1]), op.Shape(x)),
      (op, x) => op.Gather(x, op.constant([0], 'int64', [1, 1]), { axis: 1 }),
      (op, x) => op.Concat(x, op.Softmax(x), { axis: 1 }),
    ];
    for (const f of kept) expect(cancelled(between(f)).join()).toContain('perm=[0 3 1 2]');
    expect(cancelled(graphOf((op, x) => op.Relu(toChannelsFirst(op, x))))).toEqual(['x -> Transpose(_, perm=[0 3 1 2]) -> Relu:nx3x4x5']);
  });
});

describe('reshapeTransposes', () => {
  it('reshapes where only axes of size 1 move', () => {
    const one = graphOf((op, x) => toChannelsFirst(op, x), 1);
    expect(rewritten(one, reshapeTransposes)).toEqual(['Reshape(x, [-1 1 4 5]):nx1x4x5']);
    const three = graphOf((op, x) => toChannelsFirst(op, x));
    expect(rewritten(three, reshapeTransposes)).toEqual(['x -> Transpose(_, perm=[0 3 1 2]):nx3x4x5']);
  });
});

describe('sinkExpands', () => {
  it('lets an operator with numbers go first, and no other', () => {
    const mean = graphOf((op, x, row) => op.Div(op.Expand(row, op.Shape(x)), 4));
    expect(rewritten(mean, sinkExpands, eliminateDeadNodes)).toEqual(['%0 = x -> Shape:int64 ?', 'Div(row, 4) -> Expand(_, %0):?']);
    const sum = graphOf((op, x, row) => op.Add(op.Expand(row, op.Shape(x)), x));
    expect(rewritten(sum, sinkExpands)).toEqual(['x -> Shape -> Expand(row, _) -> Add(_, x):?']);
    const twice = graphOf((op, x, row) => {
      const spread = op.Expand(row, op.Shape(x));
      return [op.Exp(spread), op.Log(spread)];
    });
    expect(rewritten(twice, sinkExpands)).toEqual(['%0 = x -> Shape -> Expand(row, _):?', 'y0 = %0 -> Exp:?', 'y1 = %0 -> Log:?']);
  });
});

describe('narrowBroadcasts', () => {
  it('lets a spread 1 or 0 that changes nothing spread the other operand, and no other number', () => {
    const times = (number: number, name: 'Mul' | 'Add') =>
      graphOf((op, x, row) => {
        const ones = op.Expand(op.scalar(number, 'float32'), op.Shape(x));
        ones.shape = x.shape;
        const result = op[name](row, ones);
        result.shape = x.shape;
        return result;
      });
    const spread = ['x -> Shape -> Expand(row, _):nx4x5x3'];
    expect(rewritten(times(1, 'Mul'), narrowBroadcasts, eliminateDeadNodes)).toEqual(spread);
    expect(rewritten(times(0, 'Add'), narrowBroadcasts, eliminateDeadNodes)).toEqual(spread);
    expect(rewritten(times(0, 'Mul'), narrowBroadcasts, eliminateDeadNodes)[0]).toContain('Mul');
  });
});

describe('foldConstants', () => {
  it('reshapes and transposes constants', () => {
    const weights = graphOf((op, x) => {
      const turned = permute(op, op.constant([1, 2, 3, 4], 'float32', [2, 2]), [1, 0]);
      const flat = op.Reshape(turned, op.sizes([4]));
      flat.shape = [4];
      return op.Add(x, flat);
    });
    expect(rewritten(weights, foldConstants)).toEqual(['Add(x, [1 3 2 4]):?']);
  });
});
