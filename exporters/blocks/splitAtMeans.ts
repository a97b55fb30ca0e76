import { type Graph, type NamedValue, readsOf } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import type { Size } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import { eliminateDeadNodes } from '../passes/eliminateDeadNodes.ts';
import { isMean, type Role } from './role.ts';
import { rolesOf } from './rolesOf.ts';

/** A step in two parts, each a traced graph. */
export interface SplitStep {
  /** From rows of the batch to means over them: run on blocks of equal size, the means of its results are those of the whole batch. */
  readonly means: Graph;
  /** From those means, which are inputs under the same names, to all that the step gives. */
  readonly rest: Graph;
  /** The most numbers that one value has in each row. */
  readonly width: number;
}

const elements = (shape: readonly Size[] | null): number =>
  (shape ?? []).reduce<number>((product, size) => product * (typeof size === 'number' ? size : 1), 1);

/**
 * Cuts a training step where nothing depends on the single rows any more. Gradients of a loss that is a mean over rows are such means, and what an
 * optimiser makes of them is not.
 *
 * @param batch the symbol of the batch's size
 * @returns null where the step mixes rows otherwise (batch norm), or gives something of each row
 */
export function splitAtMeans(traced: Graph, batch: string): SplitStep | null {
  const graph = eliminateDeadNodes(traced);
  const roles = rolesOf(graph, batch);
  if (roles === null) return null;
  const roleOf = (value: Value): Role => roles.get(value) as Role;
  /** What is not known before rows are read. */
  const early = (value: Value): boolean => value.constant === null && (roleOf(value).kind === 'rows' || roleOf(value).kind === 'sum');
  if (graph.outputs.some(({ value }) => early(value) && !isMean(roleOf(value)))) return null;
  const { nodes, means } = cut(graph, roleOf, early);
  if (means.length === 0) return null;
  const named = means.map((value, i): NamedValue => ({ name: `mean/${i}`, value }));
  const rowed = [...roles].filter(([, { kind }]) => kind === 'rows').map(([{ shape }]) => elements(shape));
  const withRows = (input: NamedValue): boolean => roleOf(input.value).kind === 'rows';
  return {
    means: withoutUnread(eliminateDeadNodes({ name: `${graph.name}Means`, inputs: graph.inputs, outputs: named, nodes: graph.nodes })),
    rest: { ...graph, inputs: [...graph.inputs.filter((input) => !withRows(input)), ...named], nodes },
    width: Math.max(...rowed),
  };
}

/** Drops inputs that no node reads. */
function withoutUnread(graph: Graph): Graph {
  const read = new Set(graph.nodes.flatMap(readsOf));
  return { ...graph, inputs: graph.inputs.filter(({ value }) => read.has(value)) };
}

/** The nodes of the second part, and the means that it begins with. */
function cut(
  graph: Graph,
  roleOf: (value: Value) => Role,
  early: (value: Value) => boolean,
): { readonly nodes: readonly Node[]; readonly means: readonly Value[] } {
  const needed = new Set(graph.outputs.map(({ value }) => value));
  const nodes: Node[] = [];
  // Backwards: a linear function of means can be on either side. It comes late where that makes no more to average: a sum of three products
  // is averaged once, and what an optimiser's rate multiplies is the average.
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((value) => needed.has(value))) continue;
    const reads = readsOf(node).filter((value) => value.constant === null);
    if (node.outputs.some((value) => early(value)) && !movable(node, reads)) continue;
    for (const value of node.outputs) needed.delete(value);
    for (const value of reads) needed.add(value);
    nodes.unshift(node);
  }
  return { nodes, means: [...needed].filter((value) => value.constant === null && isMean(roleOf(value))) };

  function movable(node: Node, reads: readonly Value[]): boolean {
    const others = reads.filter((value) => early(value));
    const added = others.filter((value) => !needed.has(value));
    const size = added.reduce((total, { shape }) => total + elements(shape), 0);
    return others.every((value) => isMean(roleOf(value))) && size <= node.outputs.reduce((total, { shape }) => total + elements(shape), 0);
  }
}
