import type { Graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { sameShape } from '../ir/size.ts';
import { makeValue, type Value } from '../ir/value.ts';
import { type KnownSums, productNodes, sumNodes } from './knownSums.ts';
import { inspect, type Term } from './linearTerms.ts';
import { broadcastShape } from './narrowBroadcasts.ts';
import { scalar } from './scalars.ts';
import { sortNodes } from './sortNodes.ts';

/** A term with its value taken apart: coefficient · value = scale · Π factors. */
interface Factored extends Term {
  readonly scale: number;
  readonly factors: readonly Value[];
}

/** The factors that are left of `factors` without those of `others`, each as often as it stands there. */
function without(factors: readonly Value[], others: readonly Value[]): Value[] {
  const left = [...factors];
  for (const other of others) left.splice(left.indexOf(other), 1);
  return left;
}

function common(a: readonly Value[], b: readonly Value[]): Value[] {
  const left = [...b];
  return a.filter((factor) => {
    const place = left.indexOf(factor);
    if (place >= 0) left.splice(place, 1);
    return place >= 0;
  });
}

/** The factors that more than one term has, in the order in which they are met. */
function repeated(terms: readonly Factored[]): Value[] {
  const counts = new Map<Value, number>();
  for (const { factors } of terms) for (const factor of new Set(factors)) counts.set(factor, (counts.get(factor) ?? 0) + 1);
  return [...counts].flatMap(([factor, count]) => (count > 1 ? [factor] : []));
}

/** The terms with the factor that most of them have. Terms that are needed elsewhere too come along where what is left of them takes no work. */
function bestGroup(terms: readonly Factored[]): { group: readonly Factored[]; shared: readonly Value[] } | null {
  let best: { group: readonly Factored[]; shared: readonly Value[] } | null = null;
  for (const factor of repeated(terms)) {
    let group = terms.filter(({ factors }) => factors.includes(factor));
    const sharedBy = (members: readonly Factored[]) => members.map(({ factors }) => factors).reduce(common, members[0]?.factors ?? []);
    group = group.filter((term) => term.exclusive || term.factors.length - sharedBy(group).length <= 1);
    if (group.length < 2 || !group.some(({ exclusive }) => exclusive) || group.length <= (best?.group.length ?? 0)) continue;
    best = { group, shared: sharedBy(group) };
  }
  return best;
}

function grouped(root: Node, terms: readonly Factored[]): Node[] | null {
  const found = bestGroup(terms);
  if (found === null) return null;
  const [output] = root.outputs;
  const nodes: Node[] = [];
  const rest = found.group.map(({ scale, factors }) => {
    const left = without(factors, found.shared);
    if (left.length === 0) return { coefficient: scale, value: scalar(1) };
    const chain = productNodes(left);
    nodes.push(...chain.nodes);
    return { coefficient: scale, value: chain.value };
  });
  const innerShape = broadcastShape(rest.map(({ value }) => value.shape));
  const shape = innerShape && broadcastShape([innerShape, ...found.shared.map((factor) => factor.shape)]);
  if (shape === null || output.shape === null || !sameShape(shape, output.shape) || innerShape?.length === 0) return null;
  const inner = makeValue('float32', innerShape, 'Add');
  const outer = productNodes([...found.shared, inner]);
  const others = terms.filter((term) => !found.group.includes(term));
  return [...nodes, ...sumNodes(rest, inner), ...outer.nodes, ...sumNodes([...others, { coefficient: 1, value: outer.value }], output)];
}

/** One step of A⊙B + A⊙C = A⊙(B + C), for elementwise products of any length; null: no sum has such terms. */
export function groupFactors(graph: Graph, sums: KnownSums): Graph | null {
  const { roots, termsOf, factorsOf } = inspect(graph, sums.id);
  for (const root of roots) {
    const terms = termsOf(root).map((term): Factored => {
      const { coefficient, factors } = factorsOf(term.value);
      return { ...term, scale: term.coefficient * coefficient, factors };
    });
    const nodes = grouped(root, terms);
    if (nodes !== null) return sortNodes({ ...graph, nodes: graph.nodes.flatMap((node) => (node === root ? nodes : [node])) });
  }
  return null;
}
