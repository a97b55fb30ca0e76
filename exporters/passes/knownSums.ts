import type { Node } from '../ir/node.ts';
import { makeValue, type Value } from '../ir/value.ts';
import { broadcastShape } from './narrowBroadcasts.ts';
import { sameNumber, scalar, scaleNode } from './scalars.ts';

/** u + ratio · w */
export interface Pair {
  readonly u: Value;
  readonly w: Value;
  readonly ratio: number;
}

export interface KnownSum extends Pair {
  /** scale · (u + ratio · w) */
  readonly value: Value;
  readonly scale: number;
}

/** Numbers for values, and which sums of two there are, while a graph is rewritten again and again. */
export interface KnownSums {
  id(value: Value): number;
  find(pair: Pair): KnownSum | undefined;
  add(sum: KnownSum): void;
  /** Forgets those sums that the graph no longer has. */
  keep(alive: (value: Value) => boolean): void;
}

export function knownSums(): KnownSums {
  const ids = new Map<Value, number>();
  let known: KnownSum[] = [];
  const find: KnownSums['find'] = ({ u, w, ratio }) => known.find((sum) => sum.u === u && sum.w === w && sameNumber(sum.ratio, ratio));
  return {
    id: (value) => {
      if (!ids.has(value)) ids.set(value, ids.size);
      return ids.get(value) as number;
    },
    find,
    add: (sum) => {
      if (find(sum) === undefined) known.push(sum);
    },
    keep: (alive) => {
      known = known.filter(({ value }) => alive(value));
    },
  };
}

type Summand = { readonly coefficient: number; readonly value: Value };

const isNumber = (value: Value): boolean => value.constant !== null && value.shape?.length === 0;

/** The nodes of Σ coefficient · value; the last one makes `output`. Where no coefficient is ±1, the first one multiplies all. */
export function sumNodes(terms: readonly Summand[], output: Value): Node[] {
  const folded = terms.map(({ coefficient, value }) =>
    isNumber(value) ? { coefficient: 1, value: scalar(coefficient * (value.constant as Float32Array)[0]) } : { coefficient, value },
  );
  const tensors = folded.filter(({ value }) => !isNumber(value));
  const having = (test: (coefficient: number) => boolean) => tensors.find(({ coefficient }) => test(coefficient));
  const units = tensors.some(({ coefficient }) => sameNumber(Math.abs(coefficient), 1));
  const first = having((c) => sameNumber(c, 1)) ?? having((c) => units && c > 0) ?? tensors[0];
  const outer = units && first.coefficient > 0 ? 1 : first.coefficient;
  const nodes: Node[] = [];
  const scaled = (value: Value, factor: number): Value => {
    if (sameNumber(factor, 1)) return value;
    if (isNumber(value)) return scalar((value.constant as Float32Array)[0] * factor);
    const result = makeValue('float32', value.shape, value.hint);
    nodes.push(scaleNode(value, factor, result));
    return result;
  };
  let total = scaled(first.value, first.coefficient / outer);
  const rest = folded.filter((term) => term !== first);
  rest.forEach(({ coefficient, value }, i) => {
    const ratio = coefficient / outer;
    const subtract = !isNumber(value) && ratio < 0;
    const addend = scaled(value, isNumber(value) ? ratio : Math.abs(ratio));
    const last = sameNumber(outer, 1) && i === rest.length - 1;
    const sum = last ? output : makeValue('float32', broadcastShape([total.shape, addend.shape]), 'Add');
    nodes.push({ op: subtract ? 'Sub' : 'Add', inputs: [total, addend], attributes: {}, outputs: [sum] });
    total = sum;
  });
  if (total !== output) nodes.push(scaleNode(total, outer, output));
  return nodes;
}

/** The nodes of a product of factors, small ones first; the last one makes `output`. */
export function productNodes(factors: readonly Value[], output?: Value): { readonly nodes: readonly Node[]; readonly value: Value } {
  const nodes: Node[] = [];
  const value = factors.reduce((total, factor, i) => {
    const result = i === factors.length - 1 && output ? output : makeValue('float32', broadcastShape([total.shape, factor.shape]), 'Mul');
    nodes.push({ op: 'Mul', inputs: [total, factor], attributes: {}, outputs: [result] });
    return result;
  });
  return { nodes, value };
}
