import { type Graph, producers, substitute } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { isSymbolic, type Size } from '../ir/size.ts';
import { int64, makeValue, type Value } from '../ir/value.ts';
import { BROADCASTING, UNARY } from './elementwise.ts';
import { transposeConstant } from './foldConstants.ts';

type Perm = readonly number[];

const permOf = (node: Node): Perm => node.attributes.perm as Perm;

const isIdentity = (perm: Perm): boolean => perm.every((axis, i) => axis === i);

/** `inverse(p)[p[i]] = i` */
const inverse = (perm: Perm): Perm => perm.map((_, axis) => perm.indexOf(axis));

/** Where every value that a graph has comes from, and its Transpose, if it is one. */
interface Context {
  transposeOf(value: Value | null): Node | undefined;
  /** The operand that broadcasts against x as `value` broadcasts against x transposed by `perm`; null where that takes work. */
  inLayoutOf(value: Value, perm: Perm): Value | null;
  emit(node: Node): void;
}

/** An operator applied before a Transpose instead of behind it: the perm of the Transpose that remains behind, or null to stay. */
type Sink = (node: Node, context: Context) => { readonly node: Node; readonly perm: Perm } | null;

function elementwise(node: Node, { transposeOf, inLayoutOf }: Context): ReturnType<Sink> {
  const lead = node.inputs.map(transposeOf).find((transpose) => transpose !== undefined);
  const rank = node.outputs[0].shape?.length;
  if (lead === undefined || permOf(lead).length !== rank) return null;
  const perm = permOf(lead);
  const inputs: Value[] = [];
  for (const value of node.inputs) {
    const transpose = transposeOf(value);
    const same = transpose !== undefined && String(permOf(transpose)) === String(perm);
    const inner = same ? transpose.inputs[0] : value && inLayoutOf(value, perm);
    if (inner === null) return null;
    inputs.push(inner);
  }
  return { node: { ...node, inputs }, perm };
}

/** For operators that name axes: the node that works on the untransposed x. */
const onAxes =
  (rename: (node: Node, perm: Perm) => { readonly node: Node; readonly perm: Perm } | null): Sink =>
  (node, { transposeOf }) => {
    const transpose = transposeOf(node.inputs[0]);
    if (transpose === undefined) return null;
    return rename({ ...node, inputs: [transpose.inputs[0], ...node.inputs.slice(1)] }, permOf(transpose));
  };

const positions = (axes: Value, rank: number): number[] => Array.from(axes.constant ?? [], (axis) => (axis < 0 ? axis + rank : axis));

const reduce: Sink = onAxes((node, perm) => {
  const [x, axes] = node.inputs;
  const keep = node.attributes.keepdims !== 0;
  if (axes === undefined) return keep ? null : { node, perm: [] };
  if (axes === null || axes.constant === null) return null;
  const named = positions(axes, perm.length);
  const result = { ...node, inputs: [x, int64(named.map((axis) => perm[axis]).sort((a, b) => a - b))] };
  if (keep) return { node: result, perm };
  const left = perm.filter((_, axis) => !named.includes(axis));
  const order = left.toSorted((a, b) => a - b);
  return { node: result, perm: left.map((axis) => order.indexOf(axis)) };
});

const pad: Sink = onAxes((node, perm) => {
  const [x, pads, ...rest] = node.inputs;
  const amounts = pads?.constant;
  if (!amounts || rest.length > 1) return null;
  const back = inverse(perm);
  const moved = [0, perm.length].flatMap((offset) => back.map((axis) => amounts[offset + axis]));
  return { node: { ...node, inputs: [x, int64(moved), ...rest] }, perm };
});

const slice: Sink = onAxes((node, perm) => {
  const [x, starts, ends, axes, ...steps] = node.inputs;
  if (!axes?.constant) return null;
  return { node: { ...node, inputs: [x, starts, ends, int64(positions(axes, perm.length).map((axis) => perm[axis])), ...steps] }, perm };
});

const gather: Sink = onAxes((node, perm) => {
  if (node.inputs[1]?.shape?.length !== 1) return null;
  return { node: { ...node, attributes: { ...node.attributes, axis: perm[node.attributes.axis as number] } }, perm };
});

const concat: Sink = (node, { transposeOf }) => {
  const transposes = node.inputs.map(transposeOf);
  const [first] = transposes;
  if (first === undefined || !transposes.every((other) => other && String(permOf(other)) === String(permOf(first)))) return null;
  const perm = permOf(first);
  const axis = node.attributes.axis as number;
  const inner = { ...node.attributes, axis: perm[axis < 0 ? axis + perm.length : axis] };
  return { node: { ...node, inputs: transposes.map((transpose) => (transpose as Node).inputs[0]), attributes: inner }, perm };
};

const SINKS: Readonly<Record<string, Sink>> = {
  ...Object.fromEntries([...UNARY, ...BROADCASTING].map((op) => [op, elementwise])),
  ...Object.fromEntries(['ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceProd', 'ReduceSum'].map((op) => [op, reduce])),
  Pad: pad,
  Slice: slice,
  Gather: gather,
  Concat: concat,
};

const notOne = (shape: readonly Size[]): number[] => shape.flatMap((size, axis) => (size === 1 ? [] : [axis]));

/** A broadcast operand that has to change its layout: free where it is a number, a constant, or its axes keep their order (a Reshape). */
function relaid(value: Value, perm: Perm, emit: (node: Node) => void): Value | null {
  const { shape } = value;
  if (shape === null || shape.length > perm.length) return null;
  if (notOne(shape).length === 0) return value;
  const full = [...new Array<number>(perm.length - shape.length).fill(1), ...shape];
  const back = inverse(perm);
  const moved = back.map((axis) => full[axis]);
  if (value.constant !== null) return transposeConstant({ ...value, shape: full }, back);
  const order = notOne(moved).map((axis) => back[axis]);
  const known = shape.filter((size) => !isSymbolic(size)).length >= shape.length - 1;
  if (!known || order.some((axis, i) => i > 0 && axis < order[i - 1])) return null;
  const result = makeValue(value.dtype, moved, 'Reshape');
  const target = int64(moved.map((size) => (isSymbolic(size) ? -1 : size)));
  emit({ op: 'Reshape', inputs: [value, target], attributes: {}, outputs: [result] });
  return result;
}

function sunk(graph: Graph): Graph {
  const made = producers({ ...graph, nodes: [] });
  const substitution = new Map<Value, Value>();
  const nodes: Node[] = [];
  const emit = (node: Node): void => {
    nodes.push(node);
    for (const value of node.outputs) made.set(value, node);
  };
  const transposeOf = (value: Value | null): Node | undefined => {
    const node = value === null ? undefined : made.get(value);
    return node?.op === 'Transpose' ? node : undefined;
  };
  /** `output` as the transpose of `source`, or as `source` itself. */
  const emitTranspose = (source: Value, perm: Perm, output: Value): void => {
    if (isIdentity(perm)) substitution.set(output, source);
    else emit({ op: 'Transpose', inputs: [source], attributes: { perm }, outputs: [output] });
  };
  for (const original of graph.nodes) {
    const node = { ...original, inputs: original.inputs.map((value) => value && (substitution.get(value) ?? value)) };
    const [output] = node.outputs;
    const first = node.op === 'Transpose' ? transposeOf(node.inputs[0]) : undefined;
    if (first !== undefined) {
      emitTranspose(
        first.inputs[0] as Value,
        permOf(node).map((axis) => permOf(first)[axis]),
        output,
      );
      continue;
    }
    const waiting: Node[] = [];
    const context: Context = { transposeOf, inLayoutOf: (value, perm) => relaid(value, perm, (extra) => waiting.push(extra)), emit };
    const sink = SINKS[node.op]?.(node, context) ?? null;
    if (sink === null) {
      emit(node);
      continue;
    }
    waiting.forEach(emit);
    if (isIdentity(sink.perm)) {
      emit(sink.node);
      continue;
    }
    const back = inverse(sink.perm);
    const inner = makeValue(output.dtype, output.shape && back.map((axis) => (output.shape as readonly Size[])[axis]), output.hint);
    emit({ ...sink.node, outputs: [inner] });
    emitTranspose(inner, sink.perm, output);
  }
  return substitute(graph, nodes, substitution);
}

/** Transposes that some output depends on. */
function countTransposes(graph: Graph): number {
  const made = producers(graph);
  const seen = new Set<Node>();
  const stack: (Value | null)[] = graph.outputs.map(({ value }) => value);
  while (stack.length > 0) {
    const value = stack.pop();
    const node = value ? made.get(value) : undefined;
    if (node === undefined || seen.has(node)) continue;
    seen.add(node);
    stack.push(...node.inputs);
  }
  return [...seen].filter(({ op }) => op === 'Transpose').length;
}

/**
 * tfjs keeps an image's channels last and ONNX first, so each convolution and pool comes with a Transpose on either side. Transposes are moved
 * behind the operators that do not mind (elementwise ones, reductions, padding, …) until they meet and cancel. The graph stays as it was where
 * that leaves as many.
 */
export function cancelTransposes(graph: Graph): Graph {
  const moved = sunk(graph);
  return countTransposes(moved) < countTransposes(graph) ? moved : graph;
}
