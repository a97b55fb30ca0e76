import { type Graph, producers, useCounts } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { makeConstant, type Value } from '../ir/value.ts';
import { asProduct, productNode, scaledOperand } from './scalars.ts';
import { sortNodes } from './sortNodes.ts';

/** number · product, as a product that makes `output`; null where that would cost. */
function scaledProduct(node: Node, number: number, output: Value): Node | null {
  const product = asProduct(node);
  if (product === null) return null;
  const { a, b } = product;
  for (const [position, constant] of [a, b].entries()) {
    if (constant.constant === null) continue;
    const data = (constant.constant as Float32Array).map((entry) => entry * number);
    const scaled = makeConstant(data, 'float32', constant.shape as number[], constant.hint);
    return { ...node, inputs: node.inputs.with(position, scaled), outputs: [output] };
  }
  // Products with a vector have a path of their own in onnxruntime, for alpha = 1 only.
  if (output.shape?.some((size) => size === 1)) return null;
  return { ...node, ...productNode({ ...product, alpha: product.alpha * number }, output) };
}

/** A number times a matrix product that nobody else reads goes into the product: into a constant operand, or into Gemm's alpha. */
export function absorbScales(graph: Graph): Graph {
  const made = producers(graph);
  const uses = useCounts(graph);
  const once = (value: Value | null | undefined): Node | undefined => (value && uses.get(value) === 1 ? made.get(value) : undefined);
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const scaled = scaledOperand(node);
    const inner = once(scaled?.operand);
    if (scaled === null || inner === undefined) return [node];
    if (inner.op !== 'Reshape') return [scaledProduct(inner, scaled.number, node.outputs[0]) ?? node];
    const [matrix] = inner.inputs;
    const product = once(matrix);
    const result = product && matrix && scaledProduct(product, scaled.number, { ...matrix });
    return result ? [result, { ...inner, inputs: inner.inputs.with(0, result.outputs[0]), outputs: node.outputs }] : [node];
  });
  return sortNodes({ ...graph, nodes });
}
