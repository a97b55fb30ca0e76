import type { Graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { isSymbolic } from '../ir/size.ts';
import { type ConstantData, makeConstant, uniformValue, type Value } from '../ir/value.ts';
import { rewrite } from './rewrite.ts';

type Fold = (node: Node, values: readonly Value[]) => Value | null;

const shapeOf = (value: Value): readonly number[] => value.shape as readonly number[];

const map = (value: Value, f: (x: number) => number): Value =>
  makeConstant((value.constant as ConstantData).map(f) as ConstantData, value.dtype, shapeOf(value), value.hint);

const zip = (a: Value, b: Value, f: (x: number, y: number) => number): Value =>
  makeConstant(
    (a.constant as ConstantData).map((x, i) => f(x, (b.constant as ConstantData)[i])) as ConstantData,
    a.dtype,
    shapeOf(a),
    a.hint,
  );

/** Two constants of one shape, or one of them a single number. */
const binary =
  (f: (a: number, b: number) => number): Fold =>
  (_node, [a, b]) => {
    const [x, y] = [uniformValue(a), uniformValue(b)];
    if (String(shapeOf(a)) === String(shapeOf(b))) return zip(a, b, f);
    if (y !== null && b.constant?.length === 1 && shapeOf(b).length <= shapeOf(a).length) return map(a, (v) => f(v, y));
    return x !== null && a.constant?.length === 1 && shapeOf(a).length <= shapeOf(b).length ? map(b, (v) => f(x, v)) : null;
  };

/** Axis i of the result is axis `perm[i]` of the constant. */
export function transposeConstant(value: Value, perm: readonly number[]): Value {
  const from = shapeOf(value);
  const shape = perm.map((axis) => from[axis]);
  const strides = from.map((_, axis) => from.slice(axis + 1).reduce((a, b) => a * b, 1));
  const data = value.constant as ConstantData;
  const result = data.slice() as ConstantData;
  for (let i = 0; i < data.length; i++) {
    let rest = i;
    let source = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += (rest % shape[axis]) * strides[perm[axis]];
      rest = Math.floor(rest / shape[axis]);
    }
    result[i] = data[source];
  }
  return makeConstant(result, value.dtype, shape, value.hint);
}

const reshape: Fold = ({ outputs }, [value]) => {
  const { shape } = outputs[0];
  return shape === null || shape.some(isSymbolic) ? null : { ...value, shape };
};

const FOLDS: Readonly<Record<string, Fold>> = {
  Reshape: reshape,
  Transpose: (node, [value]) => transposeConstant(value, node.attributes.perm as readonly number[]),
  Neg: (_node, [x]) => map(x, (v) => -v),
  Sqrt: (_node, [x]) => map(x, Math.sqrt),
  Reciprocal: (_node, [x]) => map(x, (v) => 1 / v),
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b) => a / b),
};

/** Computes what lowerings made of constants. The tracer has already run the tfjs kernels that depend on constants only. */
export const foldConstants = (graph: Graph): Graph =>
  rewrite(graph, (node) => {
    const fold = FOLDS[node.op];
    if (fold === undefined || node.inputs[0]?.dtype !== 'float32' || node.inputs.some((value) => !value?.constant)) return null;
    return fold(node, node.inputs as readonly Value[]);
  });
