import type { Graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import type { DType, Value } from '../ir/value.ts';
import { type Builder, makeBuilder } from '../onnx/builder.ts';
import type { ParityInput } from './session.ts';

type Formula = (op: Builder, x: Value, node: Node) => Value;

const positive = (op: Builder, x: Value): Value => op.Relu(x);
const negative = (op: Builder, x: Value): Value => op.Neg(op.Relu(op.Neg(x)));

/** ONNX's Elu and Selu: γ x above 0 and γ α (eˣ − 1) below. */
const exponential =
  (defaultAlpha: number, defaultGamma: number): Formula =>
  (op, x, { attributes: { alpha = defaultAlpha, gamma = defaultGamma } }) =>
    op.Mul(op.Add(positive(op, x), op.Mul(op.Sub(op.Exp(negative(op, x)), 1), alpha as number)), gamma as number);

/** Operators for which onnxruntime has no double-precision kernel, in terms of those that it has. */
const FORMULAS: Readonly<Record<string, Formula>> = {
  // max(x, 0) + log(1 + exp(−|x|))
  Softplus: (op, x) => op.Add(positive(op, x), op.Log(op.Add(op.Exp(op.Neg(op.Abs(x))), 1))),
  Elu: exponential(1, 1),
  Selu: exponential(1.6732632423543772, 1.0507009873554805),
  LeakyRelu: (op, x, { attributes: { alpha = 0.01 } }) => op.Add(positive(op, x), op.Mul(negative(op, x), alpha as number)),
  PRelu: (op, x, { inputs }) => op.Add(positive(op, x), op.Mul(negative(op, x), inputs[1])),
  Sinh: (op, x) => op.Mul(op.Sub(op.Exp(x), op.Exp(op.Neg(x))), 0.5),
  Cosh: (op, x) => op.Mul(op.Add(op.Exp(x), op.Exp(op.Neg(x))), 0.5),
  Tan: (op, x) => op.Div(op.Sin(x), op.Cos(x)),
};

const widerType = (narrow: DType): DType => (narrow === 'float32' ? 'float64' : narrow);

/**
 * The same graph in double precision: what it would give if float32 did not round. A reference for errors of precision; that the graph is
 * the right one is for the comparison with tfjs to say.
 */
export function widen(graph: Graph): Graph {
  const wide = new Map<Value, Value>();
  const widened = (value: Value): Value => {
    const known = wide.get(value);
    if (known !== undefined) return known;
    const constant = value.dtype === 'float32' && value.constant !== null ? Float64Array.from(value.constant) : value.constant;
    const result: Value = { ...value, dtype: widerType(value.dtype), constant };
    wide.set(value, result);
    return result;
  };
  const named = (values: Graph['inputs']): Graph['inputs'] => values.map(({ name, value }) => ({ name, value: widened(value) }));
  const inputs = named(graph.inputs);
  const { op, nodes } = makeBuilder(inputs);
  for (const node of graph.nodes) {
    const moved = { ...node, inputs: node.inputs.map((value) => value && widened(value)) };
    const formula = FORMULAS[node.op];
    if (formula === undefined) {
      const attributes = node.op === 'Cast' ? { ...node.attributes, to: widerType(node.attributes.to as DType) } : node.attributes;
      nodes.push({ ...moved, attributes, outputs: node.outputs.map(widened) });
    } else {
      const result = formula(op, moved.inputs[0] as Value, moved);
      result.shape = node.outputs[0].shape;
      wide.set(node.outputs[0], result);
    }
  }
  return { name: graph.name, inputs, outputs: named(graph.outputs), nodes };
}

export const widenInput = (input: ParityInput): ParityInput =>
  input.dtype === 'float32' ? { ...input, dtype: 'float64', data: Float64Array.from(input.data) } : input;
