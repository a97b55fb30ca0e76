import type { Graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import type { Value } from '../ir/value.ts';
import { type Rule, rewrite } from './rewrite.ts';

const rank = (value: Value | null): number | undefined => value?.shape?.length;

/** A product of two matrices without a bias, as a Gemm; runtimes have none of integers. */
function asGemm(node: Node | undefined): Node | null {
  if (node?.outputs[0].dtype === 'int32') return null;
  if (node?.op === 'Gemm') return node.inputs.length === 2 ? node : null;
  return node?.op === 'MatMul' && rank(node.inputs[0]) === 2 && rank(node.inputs[1]) === 2 ? { ...node, op: 'Gemm' } : null;
}

/** A·B + bias is one Gemm, where nobody else reads A·B and the bias is a row. */
const bias: Rule = (node, { producer, uses }) => {
  if (node.op !== 'Add') return null;
  for (const side of [0, 1]) {
    const product = node.inputs[side];
    const row = node.inputs[1 - side];
    const gemm = product && uses(product) === 1 ? asGemm(producer(product)) : null;
    // A Gemm takes no bias wider than its product, so a row of that product's width is the case to fuse.
    if (gemm !== null && product !== null && rank(row) === 1 && row?.shape?.[0] === product.shape?.[1]) {
      return { ...gemm, inputs: [...gemm.inputs, row], outputs: node.outputs };
    }
  }
  return null;
};

/** −(A·B) is the same Gemm with alpha −1, and −(a − b) is b − a. */
const negation: Rule = (node, { producer, uses }) => {
  const [value] = node.inputs;
  if (node.op !== 'Neg' || value === null || uses(value) !== 1) return null;
  const inner = producer(value);
  if (inner?.op === 'Sub') return { ...inner, inputs: inner.inputs.toReversed(), outputs: node.outputs };
  const gemm = asGemm(inner);
  return (
    gemm && {
      ...gemm,
      attributes: { ...gemm.attributes, alpha: -((gemm.attributes.alpha as number | undefined) ?? 1) },
      outputs: node.outputs,
    }
  );
};

export const fuseGemm = (graph: Graph): Graph => rewrite(graph, bias, negation);
