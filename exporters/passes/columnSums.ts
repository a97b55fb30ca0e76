import { type Graph, producers } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { isSymbolic } from '../ir/size.ts';
import { int64, makeConstant, makeValue, uniformValue, type Value } from '../ir/value.ts';
import { asProduct } from './scalars.ts';

type Made = ReadonlyMap<Value, Node>;

/** The number that all entries of a value are, a constant's or a spread number's. */
function uniform(value: Value, made: Made): number | null {
  const spread = made.get(value);
  return uniformValue(spread?.op === 'Expand' ? (spread.inputs[0] as Value) : value);
}

/** The matrix whose columns a node adds up, each times `weight`; null: the node does something else. */
function summed(node: Node, made: Made): { readonly matrix: Value; readonly weight: number } | null {
  const product = asProduct(node);
  if (product !== null) {
    const weight = product.transA && product.b.shape?.[product.transB ? 0 : 1] === 1 ? uniform(product.b, made) : null;
    return weight === null ? null : { matrix: product.a, weight: weight * product.alpha };
  }
  const [x, axes] = node.inputs;
  if ((node.op !== 'ReduceSum' && node.op !== 'ReduceMean') || x?.dtype !== 'float32' || x.shape?.length !== 2) return null;
  const [rows] = x.shape;
  if (axes?.constant?.length !== 1 || (axes.constant[0] !== 0 && axes.constant[0] !== -2) || isSymbolic(rows)) return null;
  return { matrix: x, weight: node.op === 'ReduceMean' ? 1 / rows : 1 };
}

/**
 * Sums over the first axis of a matrix, such as the gradient of a bias, as a row of ones times the matrix. onnxruntime-node takes 11 µs for it
 * at 1000×100, against 31 µs for ReduceSum; at 512×512 17 against 920. The ones have to stand on the left: a constant on the right is packed for the
 * general product, which then takes 170 µs. Where the number of rows is open there is no such row, and the sum stays.
 */
export function columnSums(graph: Graph): Graph {
  const made = producers(graph);
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const [output] = node.outputs;
    const found = summed(node, made);
    const [rows, width] = found?.matrix.shape ?? [];
    if (found === null || isSymbolic(rows) || isSymbolic(width) || output.shape === null) return [node];
    const ones = makeConstant(new Float32Array(rows).fill(found.weight), 'float32', [1, rows]);
    const sum = makeValue('float32', [1, width], 'MatMul');
    const target = int64(output.shape as number[]);
    return [
      { ...node, op: 'MatMul', inputs: [ones, found.matrix], attributes: {}, outputs: [sum] },
      { ...node, op: 'Reshape', inputs: [sum, target], attributes: {}, outputs: [output] },
    ];
  });
  return { ...graph, nodes };
}
