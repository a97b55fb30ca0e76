import type { Attribute, Node } from '../ir/node.ts';
import { type Size, sameShape } from '../ir/size.ts';
import { makeConstant, type Value } from '../ir/value.ts';
import { asProduct, productNode, sameNumber } from './scalars.ts';

/** value = coefficient · by · base */
export interface Scaled {
  readonly coefficient: number;
  /** A number that is known only when the graph runs, such as the learning rate; null: 1. */
  readonly by: Value | null;
  readonly base: Value;
  /** The base is ones throughout. */
  readonly ones?: boolean;
}

export interface ScaleContext {
  read(value: Value): Scaled;
  /** A number that multiplies `node`'s other operand, as what goes out of the node. */
  readFactor(value: Value, node: Node): Scaled;
  /** The value itself, multiplied out. */
  whole(value: Value): Value;
  /** A value like the output of `node`, made by that node with other operands. */
  emit(node: Node, inputs: readonly (Value | null)[], op?: string, attributes?: Readonly<Record<string, Attribute>>): Value;
  /** `number · value` */
  scale(value: Value, number: number): Value;
  /** Two numbers multiplied or divided when the graph runs. */
  combine(op: 'Mul' | 'Div', a: Value | null, b: Value | null): Value | null;
  isProduct(value: Value): boolean;
}

/** What a node makes, as a scaled value; null: it takes its operands whole. */
type Rule = (node: Node, context: ScaleContext) => Scaled | null;

const agree = (a: readonly Size[] | null, b: readonly Size[] | null): boolean => a !== null && b !== null && sameShape(a, b);

const quotient: Rule = (node, { readFactor, emit, combine }) => {
  const [a, b] = node.inputs.map((value) => readFactor(value as Value, node));
  const { shape } = node.outputs[0];
  const divides = node.op === 'Div';
  const coefficient = divides ? a.coefficient / b.coefficient : a.coefficient * b.coefficient;
  const by = combine(divides ? 'Div' : 'Mul', a.by, b.by);
  if (b.ones && agree(a.base.shape, shape)) return { ...a, coefficient, by };
  if (a.ones && !divides && agree(b.base.shape, shape)) return { ...b, coefficient, by };
  return { coefficient, by, base: emit(node, [a.base, b.base]) };
};

/** Linear in the first input. */
const linear: Rule = (node, { read, emit }) => {
  const { base, ones, ...scale } = read(node.inputs[0] as Value);
  return { ...scale, base: emit(node, [base, ...node.inputs.slice(1)]), ...(node.op === 'Expand' && ones && { ones }) };
};

export const scaledConstant = (value: Value, factor: number): Value =>
  makeConstant(
    (value.constant as Float32Array).map((number) => number * factor),
    'float32',
    value.shape as number[],
    value.hint,
  );

/** Parts that have one scale in common; constants take any. */
const concat: Rule = (node, { read, emit }) => {
  const parts = node.inputs.map((value) => ({ value: value as Value, ...read(value as Value) }));
  const first = parts.find(({ value }) => value.constant === null);
  if (first === undefined || (first.by !== null && parts.some(({ value }) => value.constant !== null))) return null;
  const { coefficient, by } = first;
  if (!parts.every((part) => part.value.constant !== null || (part.by === by && sameNumber(part.coefficient, coefficient)))) return null;
  const inputs = parts.map(({ value, base }) => (value.constant === null ? base : scaledConstant(value, 1 / coefficient)));
  return { coefficient, by, base: emit(node, inputs) };
};

const product: Rule = (node, { read, whole, emit, combine }) => {
  const plain = asProduct(node);
  if (plain !== null) {
    const [a, b] = [read(plain.a), read(plain.b)];
    const { op, attributes } = productNode({ ...plain, alpha: 1 }, node.outputs[0]);
    const base = emit(node, [a.base, b.base], op, attributes);
    return { coefficient: plain.alpha * a.coefficient * b.coefficient, by: combine('Mul', a.by, b.by), base };
  }
  const [a, b, bias] = node.inputs;
  if (node.op !== 'Gemm' || !a || !b || !bias) return null;
  const [x, y] = [read(a), read(b)];
  if (x.by !== null || y.by !== null) return null;
  const alpha = ((node.attributes.alpha as number | undefined) ?? 1) * x.coefficient * y.coefficient;
  const attributes = { ...node.attributes, ...(alpha !== 1 && { alpha }) };
  return { coefficient: 1, by: null, base: emit(node, [x.base, y.base, whole(bias)], 'Gemm', attributes) };
};

/** p·A + c, for a constant c, is p·(A + c/p). */
const sumWithConstant = (node: Node, fixed: Value, { coefficient, by, base }: Scaled, { emit }: ScaleContext): Scaled | null => {
  if (by !== null || coefficient === 1) return null;
  if (coefficient === -1) return { coefficient: 1, by, base: emit(node, [fixed, base], 'Sub') };
  return { coefficient, by, base: emit(node, [base, scaledConstant(fixed, 1 / coefficient)], 'Add') };
};

/** p·A + q·B: one scale for both where |p| = |q|; a constant takes any scale; else the scale of the operand for which scaling is dear goes out. */
const sum: Rule = (node, context) => {
  const { read, emit, scale, isProduct } = context;
  const [x, y] = node.inputs as [Value, Value];
  const [a, b] = [read(x), read(y)];
  const [p, q] = [a.coefficient, node.op === 'Sub' ? -b.coefficient : b.coefficient];
  if (x.constant !== null) return y.constant === null ? sumWithConstant(node, x, { ...b, coefficient: q }, context) : null;
  if (y.constant !== null) return sumWithConstant(node, node.op === 'Sub' ? scaledConstant(y, -1) : y, a, context);
  const { by } = a;
  if (b.by !== by) return null;
  const join = (coefficient: number, op: 'Add' | 'Sub', left: Value, right: Value): Scaled => ({
    coefficient,
    by,
    base: emit(node, [left, right], op),
  });
  if (sameNumber(p, q)) return join(p, 'Add', a.base, b.base);
  if (sameNumber(p, -q)) return p > 0 ? join(p, 'Sub', a.base, b.base) : join(q, 'Sub', b.base, a.base);
  if (p === 1) return join(1, q < 0 ? 'Sub' : 'Add', a.base, scale(b.base, Math.abs(q)));
  if (q === 1) return p < 0 ? join(1, 'Sub', b.base, scale(a.base, -p)) : join(1, 'Add', scale(a.base, p), b.base);
  if (p === -1) return join(1, 'Sub', scale(b.base, q), a.base);
  if (q === -1) return join(1, 'Sub', scale(a.base, p), b.base);
  // A product takes a scale for nothing.
  return isProduct(a.base) ? join(q, 'Add', b.base, scale(a.base, p / q)) : join(p, 'Add', a.base, scale(b.base, q / p));
};

/** How each operator carries scales from its operands to its output. */
export const SCALE_RULES: Readonly<Record<string, Rule>> = {
  Mul: quotient,
  Div: quotient,
  Neg: (node, { read }) => {
    const { coefficient, ...rest } = read(node.inputs[0] as Value);
    return { ...rest, coefficient: -coefficient };
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
