import { describe, expect, it } from '@jest/globals';
import type { Graph } from '../../exporters/ir/graph.ts';
import { print } from '../../exporters/ir/print.ts';
import { type Size, symbol } from '../../exporters/ir/size.ts';
import { makeValue, type Value } from '../../exporters/ir/value.ts';
import { verify } from '../../exporters/ir/verify.ts';
import { type Builder, makeBuilder } from '../../exporters/onnx/builder.ts';
import { eliminateDeadNodes } from '../../exporters/passes/eliminateDeadNodes.ts';
import { foldConstants } from '../../exporters/passes/foldConstants.ts';
import { fuseGemm } from '../../exporters/passes/fuseGemm.ts';
import { mergeReshapes } from '../../exporters/passes/mergeReshapes.ts';
import { broadcastShape, narrowBroadcasts } from '../../exporters/passes/narrowBroadcasts.ts';
import { removeNoOps } from '../../exporters/passes/removeNoOps.ts';
import { shareCommonSubexpressions } from '../../exporters/passes/shareCommonSubexpressions.ts';

const batch = symbol('batch');

/** A graph of x `[batch, 3]` written with the builder; `shaped` says what the tracer would know. */
function graphOf(body: (op: Builder, x: Value, shaped: (value: Value, shape: readonly Size[]) => Value) => Value): Graph {
  const x = { name: 'x', value: makeValue('float32', [batch, 3], 'x') };
  const { op, nodes } = makeBuilder([x]);
  const shaped = (value: Value, shape: readonly Size[]) => {
    value.shape = shape;
    return value;
  };
  const y = body(op, x.value, shaped);
  return { name: 'g', inputs: [x], outputs: [{ name: 'y', value: y }], nodes };
}

/** The printed body after a pass, one line a node. */
function printed(pass: (graph: Graph) => Graph, graph: Graph): string[] {
  const result = pass(graph);
  verify(result);
  return print(result)
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim());
}

const points = [batch, 3];

describe('eliminateDeadNodes', () => {
  it('drops what no output reads, and keeps the order of the rest', () => {
    const graph = graphOf((op, x, shaped) => {
      const used = shaped(op.Tanh(x), points);
      op.Exp(used);
      return shaped(op.Neg(used), points);
    });
    expect(printed(eliminateDeadNodes, graph)).toEqual([
      '%0 = Tanh(x) : float32 batchx3',
      '%1 = Neg(%0) : float32 batchx3',
      'return y = %1',
    ]);
  });
});

describe('shareCommonSubexpressions', () => {
  it('merges equal nodes, in chains, and equal constants', () => {
    const graph = graphOf((op, x) => op.Add(op.Exp(op.Mul(x, 2)), op.Exp(op.Mul(x, 2))));
    expect(printed((g) => eliminateDeadNodes(shareCommonSubexpressions(g)), graph)).toEqual([
      '%0 = Mul(x, float32[2]) : float32 ?',
      '%1 = Exp(%0) : float32 ?',
      '%2 = Add(%1, %1) : float32 ?',
      'return y = %2',
    ]);
  });

  it('keeps apart what differs in attributes, operand order or constants', () => {
    const graph = graphOf((op, x) =>
      op.Sum(
        op.Sub(x, 1),
        op.Sub(x, 2),
        op.Sub(2, x),
        op.Softmax(x, { axis: 0 }),
        op.Softmax(x, { axis: 1 }),
        op.Add(x, op.constant([1, 2, 3], 'float32')),
        op.Add(x, op.constant([1, 2, 4], 'float32')),
      ),
    );
    expect(shareCommonSubexpressions(graph).nodes).toHaveLength(8);
  });
});

describe('removeNoOps', () => {
  const untouched: [string, Parameters<typeof graphOf>[0]][] = [
    ['x·1', (op, x, shaped) => shaped(op.Mul(x, 1), points)],
    ['1·x', (op, x, shaped) => shaped(op.Mul(op.constant([1, 1, 1], 'float32'), x), points)],
    ['x + 0', (op, x, shaped) => shaped(op.Add(x, 0), points)],
    ['x − 0', (op, x, shaped) => shaped(op.Sub(x, 0), points)],
    ['x / 1', (op, x, shaped) => shaped(op.Div(x, 1), points)],
    ['x¹', (op, x, shaped) => shaped(op.Pow(x, 1), points)],
    ['the same shape', (op, x, shaped) => shaped(op.reshape(x, points), points)],
    ['the same axes', (op, x, shaped) => shaped(op.Transpose(x, { perm: [0, 1] }), points)],
    ['a sum of one', (op, x, shaped) => shaped(op.Sum(x), points)],
    ['a concatenation of one', (op, x, shaped) => shaped(op.Concat(x, { axis: 0 }), points)],
  ];
  it.each(untouched)('%s is x', (_name, body) => expect(printed(removeNoOps, graphOf(body))).toEqual(['return y = x']));

  const needed: [string, Parameters<typeof graphOf>[0]][] = [
    ['0 − x', (op, x, shaped) => shaped(op.Sub(0, x), points)],
    ['1 / x', (op, x, shaped) => shaped(op.Div(1, x), points)],
    ['1ˣ', (op, x, shaped) => shaped(op.Pow(1, x), points)],
    ['x + 0 that broadcasts', (op, x, shaped) => shaped(op.Add(x, op.constant([0], 'float32', [1, 1, 1])), [1, batch, 3])],
    ['swapped axes', (op, x, shaped) => shaped(op.Transpose(x, { perm: [1, 0] }), [3, batch])],
  ];
  it.each(needed)('%s stays', (_name, body) => expect(removeNoOps(graphOf(body)).nodes).toHaveLength(1));
});

describe('mergeReshapes', () => {
  it('keeps the last of a chain', () => {
    const graph = graphOf((op, x, shaped) =>
      shaped(op.reshape(shaped(op.reshape(x, [1, batch, 3]), [1, batch, 3]), [batch, 3, 1]), [batch, 3, 1]),
    );
    expect(printed((g) => eliminateDeadNodes(mergeReshapes(g)), graph)).toEqual([
      '%0 = Reshape(x, int64[-1 3 1]) : float32 batchx3x1',
      'return y = %0',
    ]);
  });
});

describe('narrowBroadcasts', () => {
  const spread = (op: Builder, shaped: (value: Value, shape: readonly Size[]) => Value) =>
    shaped(op.Expand(op.constant([1, 2, 3], 'float32'), op.sizes(points)), points);

  it('lets an operator broadcast by itself', () => {
    const graph = graphOf((op, x, shaped) => shaped(op.Mul(x, spread(op, shaped)), points));
    expect(printed((g) => eliminateDeadNodes(narrowBroadcasts(g)), graph)).toEqual([
      '%0 = Mul(x, float32[1 2 3]) : float32 batchx3',
      'return y = %0',
    ]);
  });

  it('keeps a spreading that the result needs', () => {
    const graph = graphOf((op, _x, shaped) => shaped(op.Mul(spread(op, shaped), 2), points));
    expect(narrowBroadcasts(graph).nodes.map((node) => node.op)).toContain('Expand');
    expect(printed(narrowBroadcasts, graph).at(-2)).toBe('%3 = Mul(%2, float32[2]) : float32 batchx3');
  });

  it('knows ONNX broadcasting', () => {
    expect(broadcastShape([[batch, 1], [3]])).toEqual([batch, 3]);
    expect(broadcastShape([[batch, 2], [3]])).toBeNull();
    expect(broadcastShape([null, [3]])).toBeNull();
  });
});

describe('fuseGemm', () => {
  const weights = (op: Builder) => op.constant([1, 2, 3, 4, 5, 6], 'float32', [3, 2]);
  const pair = [batch, 2];

  it('takes a bias into the product', () => {
    const graph = graphOf((op, x, shaped) => shaped(op.Add(shaped(op.MatMul(x, weights(op)), pair), op.constant([7, 8], 'float32')), pair));
    expect(printed((g) => eliminateDeadNodes(fuseGemm(g)), graph)).toEqual([
      '%0 = Gemm(x, constant:3x2, float32[7 8]) : float32 batchx2',
      'return y = %0',
    ]);
  });

  it('leaves a product that is read twice, and a bias of another shape', () => {
    const twice = graphOf((op, x, shaped) => {
      const product = shaped(op.MatMul(x, weights(op)), pair);
      return op.Mul(product, shaped(op.Add(product, op.constant([7, 8], 'float32')), pair));
    });
    expect(fuseGemm(twice).nodes.map((node) => node.op)).toEqual(['MatMul', 'Add', 'Mul']);
    const matrix = graphOf((op, x, shaped) =>
      shaped(op.Add(shaped(op.MatMul(x, weights(op)), pair), op.constant([1], 'float32', [1, 1, 1])), [1, batch, 2]),
    );
    expect(fuseGemm(matrix).nodes.map((node) => node.op)).toEqual(['MatMul', 'Add']);
  });

  it('turns minus signs into alpha and swapped operands', () => {
    const product = graphOf((op, x, shaped) => shaped(op.Neg(shaped(op.MatMul(x, weights(op)), pair)), pair));
    expect(printed((g) => eliminateDeadNodes(fuseGemm(g)), product)).toEqual([
      '%0 = Gemm(x, constant:3x2, alpha=-1) : float32 batchx2',
      'return y = %0',
    ]);
    const difference = graphOf((op, x, shaped) => shaped(op.Neg(shaped(op.Sub(x, 1), points)), points));
    expect(printed((g) => eliminateDeadNodes(fuseGemm(g)), difference)).toEqual([
      '%0 = Sub(float32[1], x) : float32 batchx3',
      'return y = %0',
    ]);
  });
});

describe('foldConstants', () => {
  const folded = (body: (op: Builder) => Value) => Array.from(foldConstants(graphOf((op) => body(op))).outputs[0].value.constant ?? []);

  it('computes elementwise formulas of constants', () => {
    expect(folded((op) => op.Neg(op.constant([1, -2], 'float32')))).toEqual([-1, 2]);
    expect(folded((op) => op.Sqrt(op.constant([4, 9], 'float32')))).toEqual([2, 3]);
    expect(folded((op) => op.Reciprocal(op.constant([4], 'float32')))).toEqual([0.25]);
    expect(folded((op) => op.Sub(1, op.constant([4, 9], 'float32')))).toEqual([-3, -8]);
    expect(folded((op) => op.Div(op.constant([4, 9], 'float32'), 2))).toEqual([2, 4.5]);
    expect(folded((op) => op.Mul(op.Add(op.constant([4, 9], 'float32'), 2), 2))).toEqual([12, 22]);
  });

  it('transposes constants', () => {
    const value = (op: Builder) => op.Transpose(op.constant([0, 1, 2, 3, 4, 5], 'float32', [1, 2, 3]), { perm: [2, 0, 1] });
    expect(folded(value)).toEqual([0, 3, 1, 4, 2, 5]);
  });

  it('adds arrays of one shape, and leaves those of two shapes to the runtime', () => {
    const sum = graphOf((op) => op.Add(op.constant([1, 2], 'float32'), op.constant([3, 4], 'float32')));
    expect(printed(foldConstants, sum)).toEqual(['return y = float32[4 6]']);
    const table = graphOf((op) => op.Add(op.constant([1, 2], 'float32'), op.constant([3, 4], 'float32', [2, 1])));
    expect(foldConstants(table).nodes).toHaveLength(1);
  });
});

describe('verify', () => {
  it('names a node that reads what nothing makes, or makes what exists', () => {
    const graph = graphOf((op, x) => op.Tanh(op.Exp(x)));
    expect(() => verify({ ...graph, nodes: graph.nodes.slice(1) })).toThrow('node 0 (Tanh) reads a value (Exp) that no earlier node makes');
    expect(() => verify({ ...graph, nodes: [...graph.nodes, graph.nodes[0]] })).toThrow('node 2 (Exp) makes a value (Exp) a second time');
  });

  it('checks the outputs', () => {
    const graph = graphOf((op, x) => op.Exp(x));
    expect(() => verify({ ...graph, nodes: [] })).toThrow('nothing makes the output y');
    expect(() => verify({ ...graph, outputs: [...graph.outputs, ...graph.outputs] })).toThrow('two outputs are called y');
  });
});
