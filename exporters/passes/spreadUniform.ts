import { type Graph, producers } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { isSymbolic } from '../ir/size.ts';
import { int64, makeConstant, makeValue, uniformValue, type Value } from '../ir/value.ts';
import { asProduct, type Product } from './scalars.ts';

/** A matrix whose entries all equal one number: the number, and a shape to spread a row or column to. */
function uniform(value: Value, made: ReadonlyMap<Value, Node>): { readonly number: number; readonly target: Value } | null {
  const spread = made.get(value);
  const source = spread?.op === 'Expand' ? spread.inputs[0] : value;
  const number = source && uniformValue(source);
  if (number === null || number === undefined) return null;
  return { number, target: spread?.inputs[1] ?? int64(value.shape as number[]) };
}

/** The nodes of A·B for a uniform A of several rows, all of which are the same row; `output` takes the product. */
function spreadRow({ b, transB, alpha, ...product }: Product, made: ReadonlyMap<Value, Node>, output: Value): Node[] | null {
  const found = uniform(product.a, made);
  const [inner, width] = transB ? (b.shape ?? []).toReversed() : (b.shape ?? []);
  const rows = output.shape?.[0];
  // Expand takes the larger size of either, so of the target only the count of rows may differ from 1.
  if (found === null || rows === 1 || product.a.shape?.[1] !== 1 || product.transA || inner !== 1 || isSymbolic(width)) return null;
  const row = makeValue('float32', [1, width], 'Reshape');
  const scaled = makeValue('float32', [1, width], 'Mul');
  const number = makeConstant(Float32Array.of(found.number * alpha), 'float32', []);
  return [
    { op: 'Reshape', inputs: [b, int64([1, width])], attributes: {}, outputs: [row] },
    { op: 'Mul', inputs: [row, number], attributes: {}, outputs: [scaled] },
    { op: 'Expand', inputs: [scaled, found.target], attributes: {}, outputs: [output] },
  ];
}

/**
 * A column of equal numbers times a row, c·𝟙·wᵀ, is c·wᵀ spread over the rows: no product, and no matrix where what reads it broadcasts. The gradient of a
 * network's sum of outputs starts with such a product.
 */
export function spreadUniform(graph: Graph): Graph {
  const made = producers(graph);
  const spread = (node: Node): Node[] => {
    const product = asProduct(node);
    return (product && spreadRow(product, made, node.outputs[0])) ?? [node];
  };
  return { ...graph, nodes: graph.nodes.flatMap(spread) };
}
