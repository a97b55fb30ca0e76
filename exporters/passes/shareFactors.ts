import { type Graph, useCounts } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { sameShape } from '../ir/size.ts';
import { makeValue, type Value } from '../ir/value.ts';
import { elements, estimateCost } from './estimateCost.ts';
import { inspect } from './linearTerms.ts';
import { broadcastShape } from './narrowBroadcasts.ts';
import { sameNumber, scaledOperand, scaleNode } from './scalars.ts';
import { sortNodes } from './sortNodes.ts';

type Factors = readonly Value[];

/** What is left of `whole` without `part`, or null where part is no part of it. */
function minus(whole: Factors, part: Factors): Factors | null {
  const left = [...whole];
  for (const factor of part) {
    const place = left.indexOf(factor);
    if (place < 0) return null;
    left.splice(place, 1);
  }
  return left;
}

/** Makes products of several factors out of products that it has made already. */
function productMaker(wanted: readonly Factors[], emit: (node: Node) => void) {
  const made: { readonly factors: Factors; readonly value: Value }[] = [];
  const find = (factors: Factors): Value | undefined =>
    made.find((other) => other.factors.length === factors.length && minus(factors, other.factors)?.length === 0)?.value;

  /** The two factors that stand together in most of the products wanted; the smaller ones among those. */
  function bestPair(factors: Factors): Factors {
    let best: { pair: Factors; count: number; size: number } | null = null;
    for (let i = 0; i < factors.length; i++) {
      for (let j = i + 1; j < factors.length; j++) {
        const pair = [factors[i], factors[j]];
        const count = wanted.filter((whole) => minus(whole, pair) !== null).length;
        const size = elements(makeValue('float32', broadcastShape(pair.map(({ shape }) => shape)), ''));
        if (best === null || count > best.count || (count === best.count && size < best.size)) best = { pair, count, size };
      }
    }
    return best?.pair ?? factors;
  }

  return function make(factors: Factors, output?: Value): Value {
    if (factors.length === 1) return factors[0];
    const known = find(factors);
    if (known !== undefined) return known;
    let largest: Factors = [];
    for (const other of made) if (other.factors.length > largest.length && minus(factors, other.factors)) largest = other.factors;
    if (largest.length === 0) largest = factors.length === 2 ? factors.slice(1) : bestPair(factors);
    const rest = minus(factors, largest) as Factors;
    const [a, b] = [make(rest), make(largest)];
    const value = output ?? makeValue('float32', broadcastShape([a.shape, b.shape]), 'Mul');
    emit({ op: 'Mul', inputs: [a, b], attributes: {}, outputs: [value] });
    made.push({ factors, value });
    return value;
  };
}

/**
 * Elementwise products of more than two factors, multiplied in the order that shares most: ((a·b)·c)·d beside b·d is (a·c)·(b·d). The
 * derivative of 1 − tanh² brings such products, of which parts are there already. The graph stays where that saves nothing.
 */
export function shareFactors(graph: Graph): Graph {
  const ids = new Map<Value, number>();
  const id = (value: Value): number => {
    if (!ids.has(value)) ids.set(value, ids.size);
    return ids.get(value) as number;
  };
  const { factorsOf } = inspect(graph, id);
  const isProduct = (node: Node): boolean => (node.op === 'Mul' || scaledOperand(node) !== null) && node.outputs[0].dtype === 'float32';
  const read = useCounts({ ...graph, nodes: graph.nodes.filter((node) => !isProduct(node)) });
  const wanted = graph.nodes
    .filter((node) => isProduct(node) && read.has(node.outputs[0]) && node.outputs[0].shape !== null)
    .map((node) => ({ node, output: node.outputs[0], ...factorsOf(node.outputs[0]) }))
    .filter(({ factors, output }) => {
      const shape = broadcastShape(factors.map((factor) => factor.shape));
      return factors.length > 1 && shape !== null && output.shape !== null && sameShape(shape, output.shape);
    })
    .sort((a, b) => a.factors.length - b.factors.length);
  const replaced = new Map<Node, Node[]>();
  const substitution = new Map<Value, Value>();
  let nodes: Node[] = [];
  const make = productMaker(
    wanted.map(({ factors }) => factors),
    (node) => nodes.push(node),
  );
  for (const { node, output, coefficient, factors } of wanted) {
    nodes = [];
    replaced.set(node, nodes);
    const plain = sameNumber(coefficient, 1);
    const value = make(factors, plain ? output : undefined);
    if (!plain) nodes.push(scaleNode(value, coefficient, output));
    else if (value !== output) substitution.set(output, value);
  }
  const resolve = (value: Value | null): Value | null => (value && substitution.get(value)) ?? value;
  const shared = sortNodes({
    ...graph,
    nodes: graph.nodes.flatMap((node) => replaced.get(node) ?? [node]).map((node) => ({ ...node, inputs: node.inputs.map(resolve) })),
    outputs: graph.outputs.map(({ name, value }) => ({ name, value: resolve(value) as Value })),
  });
  return estimateCost(shared) < estimateCost(graph) ? shared : graph;
}
