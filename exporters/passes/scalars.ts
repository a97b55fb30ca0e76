import type { Node } from '../ir/node.ts';
import { sameShape } from '../ir/size.ts';
import { makeConstant, uniformValue, type Value } from '../ir/value.ts';

/** A number as a constant that broadcasts against anything. */
export const scalar = (number: number): Value => makeConstant(Float32Array.of(number), 'float32', []);

/** Coefficients that differ by less than half a unit in the last place of a float32: the same number, come by on two ways. */
export const sameNumber = (a: number, b: number): boolean => Math.abs(a - b) <= 5e-8 * Math.max(Math.abs(a), Math.abs(b));

/** `number · value` as a node that makes `output`. */
export const scaleNode = (value: Value, number: number, output: Value): Node =>
  sameNumber(number, -1)
    ? { op: 'Neg', inputs: [value], attributes: {}, outputs: [output] }
    : { op: 'Mul', inputs: [value, scalar(number)], attributes: {}, outputs: [output] };

/** For a node that multiplies one operand by one number and keeps its shape: which operand, and the number. */
export function scaledOperand(node: Node | undefined): { readonly operand: Value; readonly number: number } | null {
  const [output] = node?.outputs ?? [];
  if (node === undefined || output.dtype !== 'float32') return null;
  const [a, b] = node.inputs;
  if (a && node.op === 'Neg') return { operand: a, number: -1 };
  const keeps = (operand: Value): boolean => operand.shape !== null && output.shape !== null && sameShape(operand.shape, output.shape);
  if (!a || !b || (node.op !== 'Mul' && node.op !== 'Div')) return null;
  const right = uniformValue(b);
  if (right !== null && right !== 0 && keeps(a)) return { operand: a, number: node.op === 'Mul' ? right : 1 / right };
  const left = node.op === 'Mul' ? uniformValue(a) : null;
  return left !== null && left !== 0 && keeps(b) ? { operand: b, number: left } : null;
}

/** How a product reads its two matrices; null for anything but a product of two float32 matrices without a bias. */
export interface Product {
  readonly a: Value;
  readonly b: Value;
  readonly transA: boolean;
  readonly transB: boolean;
  readonly alpha: number;
}

export function asProduct(node: Node | undefined): Product | null {
  const [a, b, c] = node?.inputs ?? [];
  if (!node || !a || !b || c || (node.op !== 'Gemm' && node.op !== 'MatMul')) return null;
  if (node.outputs[0].dtype !== 'float32' || a.shape?.length !== 2 || b.shape?.length !== 2) return null;
  const { transA, transB, alpha } = node.attributes;
  return { a, b, transA: transA === 1, transB: transB === 1, alpha: typeof alpha === 'number' ? alpha : 1 };
}

/** The node of a product: MatMul where nothing is transposed or scaled, which is the form that this package writes everywhere. */
export function productNode({ a, b, transA, transB, alpha }: Product, output: Value): Node {
  if (!transA && !transB && alpha === 1) return { op: 'MatMul', inputs: [a, b], attributes: {}, outputs: [output] };
  const attributes = { ...(transA && { transA: 1 }), ...(transB && { transB: 1 }), ...(alpha !== 1 && { alpha }) };
  return { op: 'Gemm', inputs: [a, b], attributes, outputs: [output] };
}
