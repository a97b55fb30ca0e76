import type { Graph } from '../ir/graph.ts';
import { isSymbolic, type Size } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import { asProduct } from './scalars.ts';

/** What open sizes are taken for. */
const OPEN = 1000;

/** One number of an elementwise pass takes as long as this many multiplications in a product (measured at 1000×100 on two cores). */
export const PASS = 10;

export const numberOf = (size: Size): number => (isSymbolic(size) ? OPEN : size);

export const elements = (value: Value | null): number =>
  (value?.shape ?? [0]).reduce<number>((product, size) => product * numberOf(size), 1);

/** A product packs the larger of its matrices before it multiplies; with a vector it only reads it. */
export function productCost(m: number, k: number, n: number): number {
  if (m === 1 || n === 1) return (PASS / 3) * m * n * k;
  return m * n * k + PASS * Math.max(m * k, k * n);
}

/** About how long a graph takes, in multiplications of a matrix product. Only for comparing forms of one graph with each other. */
export function estimateCost(graph: Graph): number {
  let total = 0;
  for (const node of graph.nodes) {
    const product = asProduct(node);
    if (product !== null) {
      const [rows, inner] = (product.a.shape as readonly Size[]).map(numberOf);
      const [m, k] = product.transA ? [inner, rows] : [rows, inner];
      total += productCost(m, k, elements(product.b) / k);
    } else if (node.op.startsWith('Reduce')) total += (PASS / 3) * elements(node.inputs[0]);
    else if (node.op !== 'Reshape') total += PASS * elements(node.outputs[0]);
  }
  return total;
}
