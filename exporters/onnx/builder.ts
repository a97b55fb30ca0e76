import type { CallSite } from '../ir/callSite.ts';
import type { NamedValue } from '../ir/graph.ts';
import type { Attribute, Node } from '../ir/node.ts';
import { isSymbolic, type Size } from '../ir/size.ts';
import { type ConstantData, type DType, isValue, makeConstant, makeValue, type Value } from '../ir/value.ts';
import { detour } from './detours.ts';
import { dataOperand, isPlaces, OPERATORS, type OperatorName } from './operators.ts';

/** A number stands for a scalar constant of the first operand's dtype; null leaves an optional input out. */
export type Operand = Value | number | null;
export type Attributes = Readonly<Record<string, Attribute>>;
type Operator = (...operandsThenAttributes: readonly (Operand | Attributes)[]) => Value;

/** Writes ONNX nodes: one method an operator, `op.ReduceMax(x, axes, { keepdims: 1 })`, and a few for constants and sizes. */
export type Builder = { readonly [name in OperatorName]: Operator } & {
  /** An operator with several outputs. */
  many(name: OperatorName, operands: readonly Operand[], attributes: Attributes, count: number): Value[];
  constant(data: readonly number[] | ConstantData, dtype: DType, shape?: readonly number[]): Value;
  scalar(value: number, dtype: DType): Value;
  /** The value of a symbol as a tensor of one number: a size, read from an input's shape, or a number that is an input. */
  measure(symbol: string, dtype: DType): Value;
  /** A 1-D int64 operand such as axes or a shape; symbolic entries are computed from the inputs' shapes. */
  sizes(entries: readonly Size[]): Value;
  cast(x: Value, dtype: DType): Value;
  /** `x` with another shape of as many elements. */
  reshape(x: Value, shape: readonly Size[]): Value;
};

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array, int64: Float64Array, float64: Float64Array } as const;

/** Constants and nodes of one graph under construction; `site` of the kernel being lowered goes to each node. */
export function makeBuilder(inputs: readonly NamedValue[]): { op: Builder; nodes: Node[]; at(site: CallSite | undefined): void } {
  const nodes: Node[] = [];
  let site: CallSite | undefined;

  const constant: Builder['constant'] = (data, dtype, shape = [data.length]) => {
    const typed = data instanceof ARRAYS[dtype] ? data : ARRAYS[dtype].from(data as ArrayLike<number>);
    return makeConstant(typed as ConstantData, dtype, shape);
  };
  const scalar: Builder['scalar'] = (value, dtype) => constant([value], dtype, []);

  const many: Builder['many'] = (name, operands, attributes, count) => {
    const data = dataOperand(name);
    const like = operands.slice(data).find(isValue) ?? operands.find(isValue);
    // Data of a dtype that runtimes have no kernel for goes in as one that they have.
    const instead = like && detour(name, like.dtype);
    const values = operands.map((operand, i) => {
      if (typeof operand === 'number') return scalar(operand, instead ?? like?.dtype ?? 'float32');
      return operand !== null && instead && i >= data && operand.dtype === like.dtype ? cast(operand, instead) : operand;
    });
    const outputs = Array.from({ length: count }, (_, i) => makeValue(isPlaces(name, i) ? 'int64' : outputDtype(name, values), null, name));
    nodes.push({ op: name, inputs: values, attributes, outputs, ...(site && { site }) });
    return outputs;
  };
  const operator =
    (name: OperatorName): Operator =>
    (...given) => {
      const last = given.at(-1);
      const hasAttributes = typeof last === 'object' && last !== null && !isValue(last);
      return many(name, (hasAttributes ? given.slice(0, -1) : given) as Operand[], hasAttributes ? (last as Attributes) : {}, 1)[0];
    };

  const one = (size: Size): Value => {
    if (!isSymbolic(size)) return constant([size], 'int64');
    const terms = Object.entries(size.coefficients).map(([name, coefficient]) => {
      const length = lengthOf(name);
      return coefficient === 1 ? length : op.Mul(length, constant([coefficient], 'int64'));
    });
    if (size.constant !== 0) terms.push(constant([size.constant], 'int64'));
    return terms.reduce((a, b) => op.Add(a, b));
  };
  const lengthOf = (name: string): Value => {
    for (const { value } of inputs) {
      const axis = (value.shape ?? []).findIndex((size) => isSymbolic(size) && size.constant === 0 && size.coefficients[name] === 1);
      if (axis >= 0) return op.Shape(value, { start: axis, end: axis + 1 });
    }
    throw new Error(`no input has a dimension that is just "${name}"; give one, so that its size can be read at run time`);
  };
  const measure: Builder['measure'] = (name, dtype) => {
    const number = inputs.find((input) => input.name === name && input.value.shape?.length === 0);
    return cast(number ? reshape(number.value, [1]) : lengthOf(name), dtype);
  };
  const sizes: Builder['sizes'] = (entries) => {
    if (!entries.some(isSymbolic)) return constant(entries as number[], 'int64');
    const parts = entries.map(one);
    return parts.length === 1 ? parts[0] : op.Concat(...parts, { axis: 0 });
  };
  const cast: Builder['cast'] = (x, dtype) => {
    if (x.dtype === dtype) return x;
    if (x.constant !== null) return { ...constant(Array.from(x.constant), dtype, x.shape as number[]), hint: x.hint };
    const output = makeValue(dtype, x.shape, 'Cast');
    nodes.push({ op: 'Cast', inputs: [x], attributes: { to: dtype }, outputs: [output], ...(site && { site }) });
    return output;
  };
  const reshape: Builder['reshape'] = (x, shape) => {
    if (x.constant !== null && !shape.some(isSymbolic)) return { ...x, shape };
    const symbolic = shape.filter(isSymbolic).length;
    // One unknown size is what ONNX's −1 is for; only more than one has to be computed.
    const target =
      symbolic <= 1
        ? constant(
            shape.map((size) => (isSymbolic(size) ? -1 : size)),
            'int64',
          )
        : sizes(shape);
    const result = op.Reshape(x, target);
    result.shape = shape;
    return result;
  };

  const operators = Object.fromEntries((Object.keys(OPERATORS) as OperatorName[]).map((name) => [name, operator(name)]));
  const op = { ...operators, many, constant, scalar, measure, sizes, cast, reshape } as Builder;
  return {
    op,
    nodes,
    at: (next) => {
      site = next;
    },
  };
}

function outputDtype(name: OperatorName, operands: readonly (Value | null)[]): DType {
  const rule = OPERATORS[name];
  if (rule === 'bool' || rule === 'int64') return rule;
  return operands[dataOperand(name)]?.dtype ?? 'float32';
}
