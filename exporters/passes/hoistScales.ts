import { type Graph, producers } from '../ir/graph.ts';
import type { Attribute, Node } from '../ir/node.ts';
import { type Size, sameShape } from '../ir/size.ts';
import { makeConstant, uniformValue, type Value } from '../ir/value.ts';
import { asProduct, like, productNode, sameNumber, scaleNode } from './scalars.ts';

/** value = coefficient · base; `ones`: the base is ones throughout. */
interface Scaled {
  readonly coefficient: number;
  readonly base: Value;
  readonly ones?: boolean;
}

interface Context {
  read(value: Value): Scaled;
  /** The value itself, multiplied out. */
  whole(value: Value): Value;
  /** A value like the output of `node`, made by that node with other operands. */
  emit(node: Node, inputs: readonly (Value | null)[], op?: string, attributes?: Readonly<Record<string, Attribute>>): Value;
  /** `number · value` */
  scale(value: Value, number: number): Value;
  isProduct(value: Value): boolean;
}

const unscaled = (base: Value): Scaled => ({ coefficient: 1, base });

/** What a node makes, as a scaled value; null: it takes its operands whole. */
type Rule = (node: Node, context: Context) => Scaled | null;

const agree = (a: readonly Size[] | null, b: readonly Size[] | null): boolean => a !== null && b !== null && sameShape(a, b);

const quotient: Rule = (node, { read, emit }) => {
  const [a, b] = node.inputs.map((value) => read(value as Value));
  const { shape } = node.outputs[0];
  const coefficient = node.op === 'Div' ? a.coefficient / b.coefficient : a.coefficient * b.coefficient;
  if (b.ones && agree(a.base.shape, shape)) return { ...a, coefficient };
  if (a.ones && node.op === 'Mul' && agree(b.base.shape, shape)) return { ...b, coefficient };
  return { coefficient, base: emit(node, [a.base, b.base]) };
};

/** Linear in the first input. */
const linear: Rule = (node, { read, emit }) => {
  const { coefficient, base, ones } = read(node.inputs[0] as Value);
  return { coefficient, base: emit(node, [base, ...node.inputs.slice(1)]), ...(node.op === 'Expand' && ones && { ones }) };
};

const scaledConstant = (value: Value, factor: number): Value =>
  makeConstant(
    (value.constant as Float32Array).map((number) => number * factor),
    'float32',
    value.shape as number[],
    value.hint,
  );

/** Parts that have one scale in common; constants take any. */
const concat: Rule = (node, { read, emit }) => {
  const parts = node.inputs.map((value) => ({ value: value as Value, ...read(value as Value) }));
  const coefficient = parts.find(({ value }) => value.constant === null)?.coefficient;
  if (coefficient === undefined || coefficient === 1) return null;
  if (!parts.every((part) => part.value.constant !== null || sameNumber(part.coefficient, coefficient))) return null;
  const inputs = parts.map(({ value, base }) => (value.constant === null ? base : scaledConstant(value, 1 / coefficient)));
  return { coefficient, base: emit(node, inputs) };
};

const product: Rule = (node, { read, whole, emit }) => {
  const plain = asProduct(node);
  if (plain !== null) {
    const [a, b] = [read(plain.a), read(plain.b)];
    const { op, attributes } = productNode({ ...plain, alpha: 1 }, node.outputs[0]);
    return { coefficient: plain.alpha * a.coefficient * b.coefficient, base: emit(node, [a.base, b.base], op, attributes) };
  }
  const [a, b, bias] = node.inputs;
  if (node.op !== 'Gemm' || !a || !b || !bias) return null;
  const [x, y] = [read(a), read(b)];
  const alpha = ((node.attributes.alpha as number | undefined) ?? 1) * x.coefficient * y.coefficient;
  return { coefficient: 1, base: emit(node, [x.base, y.base, whole(bias)], 'Gemm', { ...node.attributes, ...(alpha !== 1 && { alpha }) }) };
};

/** p·A + q·B: one scale for both where |p| = |q|; a constant takes any scale; else the scale of the operand for which scaling is dear goes out. */
const sum: Rule = (node, { read, whole, emit, scale, isProduct }) => {
  const [x, y] = node.inputs as [Value, Value];
  const [a, b] = [read(x), read(y)];
  const [p, q] = [a.coefficient, node.op === 'Sub' ? -b.coefficient : b.coefficient];
  const constants = [x, y].filter((value) => value.constant !== null).length;
  if (constants === 2) return null;
  if (constants === 1) {
    const [fixed, moving, c] = x.constant === null ? [scaledConstant(y, node.op === 'Sub' ? -1 : 1), a.base, p] : [x, b.base, q];
    if (c === 1) return null;
    if (c === -1) return { coefficient: 1, base: emit(node, [fixed, moving], 'Sub') };
    return { coefficient: c, base: emit(node, [moving, scaledConstant(fixed, 1 / c)], 'Add') };
  }
  if (sameNumber(p, q)) return { coefficient: p, base: emit(node, [a.base, b.base], 'Add') };
  if (sameNumber(p, -q)) {
    return p > 0
      ? { coefficient: p, base: emit(node, [a.base, b.base], 'Sub') }
      : { coefficient: q, base: emit(node, [b.base, a.base], 'Sub') };
  }
  if (p === 1 || q === 1) return null;
  if (p === -1) return { coefficient: 1, base: emit(node, [scale(b.base, q), a.base], 'Sub') };
  if (q === -1) return { coefficient: 1, base: emit(node, [whole(x), b.base], 'Sub') };
  // A product takes a scale for nothing.
  const keepFirst = !isProduct(a.base);
  const [kept, other, outer] = keepFirst ? [a.base, scale(b.base, q / p), p] : [b.base, scale(a.base, p / q), q];
  return { coefficient: outer, base: emit(node, [kept, other], 'Add') };
};

const RULES: Readonly<Record<string, Rule>> = {
  Mul: quotient,
  Div: quotient,
  Neg: (node, { read }) => {
    const { coefficient, ...base } = read(node.inputs[0] as Value);
    return { ...base, coefficient: -coefficient };
  },
  Concat: concat,
  MatMul: product,
  Gemm: product,
  Add: sum,
  Sub: sum,
  ReduceSum: linear,
  ReduceMean: linear,
  Reshape: linear,
  Transpose: linear,
  Expand: linear,
  Squeeze: linear,
  Unsqueeze: linear,
};

/**
 * Writes float values as coefficient · base and carries the coefficient through everything linear, (p·A)(q·B) = pq·(AB), to where something that
 * is not linear needs the value itself. What differed by a number only is then the same: the gradient of a loss that contains a gradient
 * meets the deltas of the inner one again, and sharing makes them once.
 */
export function hoistScales(graph: Graph): Graph {
  const nodes: Node[] = [];
  const made = producers({ ...graph, nodes: [] });
  const scaled = new Map<Value, Scaled>();
  const wholes = new Map<Value, Value>();
  const ones = new Map<Value, Value>();
  const push = (node: Node): void => {
    nodes.push(node);
    for (const value of node.outputs) made.set(value, node);
  };
  // What something needs multiplied out has its scale applied in any case, and others may as well read that.
  const needed = new Set<Value | null>(graph.outputs.map(({ value }) => value));
  for (const { op, inputs } of graph.nodes) if (!(op in RULES)) for (const value of inputs) needed.add(value);
  const read = (value: Value): Scaled => {
    if (value.constant === null && needed.has(value)) return { coefficient: 1, base: whole(value) };
    const number = value.dtype === 'float32' ? uniformValue(value) : null;
    if (number === null || number === 0 || !Number.isFinite(number)) return scaled.get(value) ?? unscaled(value);
    const base = ones.get(value) ?? scaledConstant(value, 1 / number);
    ones.set(value, base);
    return { coefficient: number, base, ones: true };
  };
  const scale = (value: Value, number: number, output = like(value)): Value => {
    push(scaleNode(value, number, output));
    return output;
  };
  const whole = (value: Value): Value => {
    const known = wholes.get(value);
    if (known !== undefined) return known;
    const { coefficient, base } = value.constant === null ? (scaled.get(value) ?? unscaled(value)) : unscaled(value);
    const result = coefficient === 1 ? base : scale(base, coefficient, value);
    wholes.set(value, result);
    return result;
  };
  const emit: Context['emit'] = (node, inputs, op = node.op, attributes = node.attributes) => {
    const output = like(node.outputs[0]);
    push({ ...node, op, inputs, attributes, outputs: [output] });
    return output;
  };
  const context: Context = {
    read,
    whole,
    emit,
    scale,
    isProduct: (value) => asProduct(made.get(value)) !== null,
  };
  for (const node of graph.nodes) {
    const result = node.outputs[0].dtype === 'float32' ? (RULES[node.op]?.(node, context) ?? null) : null;
    if (result === null) push({ ...node, inputs: node.inputs.map((value) => value && whole(value)) });
    else scaled.set(node.outputs[0], result);
  }
  const outputs = graph.outputs.map(({ name, value }) => ({ name, value: whole(value) }));
  return { ...graph, nodes, outputs };
}
