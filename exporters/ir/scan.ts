import type { Graph } from './graph.ts';
import type { Node } from './node.ts';
import { like, makeValue, type Value } from './value.ts';

/** A value that a loop hands on: what it is before the first round, inside a round, and what the round makes of it. */
export interface Carried {
  readonly initial: Value;
  readonly inside: Value;
  readonly next: Value;
}

/** A value of which each round gets its own part: `stacked` has one axis more, at `axis`. */
export interface Scanned {
  readonly stacked: Value;
  readonly inside: Value;
  readonly axis: number;
}

/**
 * The Scan operator: rounds of `nodes`, one after the other, as many as the scanned values have parts. What else the nodes read is the same in all rounds.
 *
 * @returns the node, whose outputs are the carried values after the last round and then the collected ones, of all rounds, stacked along a first axis
 */
export function scan(
  name: string,
  nodes: readonly Node[],
  {
    carried,
    scanned,
    collected = [],
  }: { readonly carried: readonly Carried[]; readonly scanned: readonly Scanned[]; readonly collected?: readonly Value[] },
): Node {
  const inside = [...carried, ...scanned].map((entry) => entry.inside);
  const made = [...carried.map(({ next }) => next), ...collected];
  const [first] = scanned;
  const rounds = first.stacked.shape?.[first.axis] ?? 0;
  const body: Graph = {
    name,
    inputs: inside.map((value) => ({ name: value.hint, value })),
    outputs: made.map((value, i) => ({ name: `${value.hint}_${i}`, value })),
    nodes,
  };
  return {
    op: 'Scan',
    inputs: [...carried.map(({ initial }) => initial), ...scanned.map(({ stacked }) => stacked)],
    attributes: { num_scan_inputs: scanned.length, scan_input_axes: scanned.map(({ axis }) => axis) },
    outputs: [
      ...carried.map(({ next }) => like(next)),
      ...collected.map(({ dtype, shape, hint }) => makeValue(dtype, [rounds, ...(shape ?? [])], hint)),
    ],
    body,
  };
}
