import type { Graph } from '../ir/graph.ts';
import { sameShape } from '../ir/size.ts';
import { uniformValue, type Value } from '../ir/value.ts';
import { type RewriteContext, type Rule, rewrite } from './rewrite.ts';

const isZero = (value: Value | null, { producer }: RewriteContext): boolean => {
  const node = producer(value);
  return node?.op === 'Mul' && node.inputs.some((factor) => factor !== null && uniformValue(factor) === 0);
};

const fold: Rule = (node, context) => {
  const [{ shape, dtype }] = node.outputs;
  if ((node.op !== 'Add' && node.op !== 'Sub') || dtype !== 'float32') return null;
  const side = node.inputs.findIndex((value) => isZero(value, context));
  const other = node.inputs[1 - side];
  if (side < 0 || !other?.shape || shape === null || !sameShape(other.shape, shape)) return null;
  return node.op === 'Sub' && side === 0 ? { ...node, op: 'Neg', inputs: [other] } : other;
};

/**
 * 0·x + y = y. An optimiser whose momentum is 0 still multiplies its velocity by it. A velocity of NaN or infinity, which tfjs would pass on
 * as NaN, is forgotten here.
 */
export const foldZeros = (graph: Graph): Graph => rewrite(graph, fold);
