import type { Graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { sameShape } from '../ir/size.ts';
import { like, type Value } from '../ir/value.ts';
import { elements, PASS } from './estimateCost.ts';
import { type KnownSums, type Pair, sumNodes } from './knownSums.ts';
import { inspect, type Term, type View } from './linearTerms.ts';
import { sameNumber } from './scalars.ts';
import { sortNodes } from './sortNodes.ts';

/** Which of several possible sums comes first. */
export type Preference = 'places' | 'gain';

/** Two terms of a sum that are one product of a Pair. */
interface Merge {
  readonly root: Node;
  readonly rest: readonly Term[];
  readonly pair: Pair;
  readonly view: View;
  readonly coefficient: number;
  readonly saving: number;
}

function mergesOf(root: Node, terms: readonly Term[], viewsOf: (value: Value) => View[], sums: KnownSums): Merge[] {
  const views = terms.map(({ value }) => (sameShape(value.shape ?? [], root.outputs[0].shape ?? []) ? viewsOf(value) : []));
  const merges: Merge[] = [];
  const consider = (i: number, j: number, left: View, right: View): void => {
    const [a, b] = [terms[i], terms[j]];
    const [p, q] = [a.coefficient * left.coefficient, b.coefficient * right.coefficient];
    const swap = sums.id(left.operand) > sums.id(right.operand);
    const pair = swap ? { u: right.operand, w: left.operand, ratio: p / q } : { u: left.operand, w: right.operand, ratio: q / p };
    if (!a.exclusive && !b.exclusive) return;
    if (!(a.exclusive && b.exclusive) && sums.find(pair) === undefined) return;
    const rest = terms.filter((_, k) => k !== i && k !== j);
    merges.push({
      root,
      rest,
      pair,
      view: left,
      coefficient: swap ? q : p,
      saving: a.exclusive && b.exclusive ? left.cost : PASS * elements(root.outputs[0]),
    });
  };
  for (let i = 0; i < terms.length; i++) {
    for (let j = i + 1; j < terms.length; j++) {
      for (const left of views[i]) for (const right of views[j]) if (left.key === right.key) consider(i, j, left, right);
    }
  }
  return merges;
}

interface Group {
  readonly pair: Pair;
  readonly merges: Merge[];
}

/** The merges by the sum that they want. */
function grouped(all: readonly Merge[], sums: KnownSums): Group[] {
  const groups = new Map<string, Group[]>();
  for (const merge of all) {
    const { u, w, ratio } = merge.pair;
    const key = `${sums.id(u)} ${sums.id(w)}`;
    const bucket = groups.get(key) ?? [];
    const group = bucket.find(({ pair }) => sameNumber(pair.ratio, ratio));
    if (group === undefined) groups.set(key, [...bucket, { pair: merge.pair, merges: [merge] }]);
    else group.merges.push(merge);
  }
  return [...groups.values()].flat();
}

/** A sum of two that the graph has anyway. */
function register(root: Node, [a, b]: readonly Term[], sums: KnownSums): void {
  const [u, w] = sums.id(a.value) < sums.id(b.value) ? [a, b] : [b, a];
  sums.add({ u: u.value, w: w.value, ratio: w.coefficient / u.coefficient, value: root.outputs[0], scale: u.coefficient });
}

/**
 * One step of A·B + A·C = A·(B + C): the sum B + C that saves most, in all the places where it does. null: there is none that pays.
 * Where several products share an operand in either of two ways, the sum that more places want wins, or that which saves more.
 */
export function mergeProducts(graph: Graph, sums: KnownSums, prefer: Preference): Graph | null {
  const { viewsOf, roots, termsOf, made } = inspect(graph, sums.id);
  sums.keep((value) => made.has(value));
  const all: Merge[] = [];
  for (const root of roots) {
    const terms = termsOf(root);
    if (terms.length === 2) register(root, terms, sums);
    all.push(...mergesOf(root, terms, viewsOf, sums));
  }
  const groups = grouped(all, sums);
  const gain = ({ pair, merges }: Group): number => {
    const passes = sums.find(pair) !== undefined ? 0 : sameNumber(Math.abs(pair.ratio), 1) ? 1 : 2;
    return merges.reduce((total, { saving }) => total + saving, -passes * PASS * elements(pair.u));
  };
  const best = groups
    .map((group) => ({ ...group, gain: gain(group), places: group.merges.length }))
    .filter((group) => group.gain > 0 || (prefer === 'places' && group.places > 1))
    .sort((x, y) => (prefer === 'places' ? y.places - x.places : 0) || y.gain - x.gain)[0];
  if (best === undefined) return null;
  const { pair } = best;
  const nodes: Node[] = [];
  let known = sums.find(pair);
  if (known === undefined) {
    known = { ...pair, value: like(pair.u), scale: 1 };
    nodes.push(
      ...sumNodes(
        [
          { coefficient: 1, value: pair.u },
          { coefficient: pair.ratio, value: pair.w },
        ],
        known.value,
      ),
    );
    sums.add(known);
  }
  const replaced = new Map<Node, Node[]>();
  for (const { root, rest, view, coefficient } of best.merges) {
    if (replaced.has(root)) continue;
    const product = like(root.outputs[0]);
    replaced.set(root, [
      view.with(known.value, product),
      ...sumNodes([...rest, { coefficient: coefficient / known.scale, value: product }], root.outputs[0]),
    ]);
  }
  return sortNodes({ ...graph, nodes: [...nodes, ...graph.nodes.flatMap((node) => replaced.get(node) ?? [node])] });
}
