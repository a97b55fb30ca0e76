import type { Graph, NamedValue } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { scan } from '../ir/scan.ts';
import { symbol } from '../ir/size.ts';
import { like, makeValue, type Value } from '../ir/value.ts';
import { type CarriedNames, joined, packState, parted } from './packState.ts';

/** The first dimension of what a loop takes and gives once a step. */
export const STEPS = 'steps';

/**
 * Many steps in one call. Inputs and outputs keep their names; those of single steps get a first axis `steps`. Behind the carried outputs come
 * all others, stacked.
 *
 * @param single one step
 * @param carried inputs that each step hands on to the next, with the output that holds the new value
 * @param resident inputs that stay the same in all steps; all others but the carried are given once a step
 */
export function repeatStep(single: Graph, carried: readonly CarriedNames[], resident: readonly string[]): Graph {
  const find = (list: readonly NamedValue[], name: string): NamedValue => list.find((entry) => entry.name === name) as NamedValue;
  const before = carried.map(({ input }) => find(single.inputs, input));
  const fixed = single.inputs.filter(({ name }) => resident.includes(name));
  const given = single.inputs.filter((input) => !before.includes(input) && !fixed.includes(input));
  const collected = single.outputs.filter(({ name }) => carried.every(({ output }) => output !== name));

  const initial = new Map(before.map(({ name, value }) => [name, like(value)]));
  const stacked = given.map(({ value: { dtype, shape, hint } }) => makeValue(dtype, [symbol(STEPS), ...(shape ?? [])], hint));
  const { step, packs } = packState(single, carried);
  const [first, last]: [Node[], Node[]] = [[], []];
  const start = packs.map(({ parts }): Value => {
    const values = parts.map(({ input }) => initial.get(input) as Value);
    if (values.length === 1) return values[0];
    const join = joined(values);
    first.push(...join.nodes);
    return join.result;
  });
  const loop = scan(`${step.name}_step`, step.nodes, {
    carried: packs.map((pack, i) => ({ initial: start[i], inside: pack.before, next: pack.after })),
    scanned: given.map(({ value }, i) => ({ stacked: stacked[i], inside: value, axis: 0 })),
    collected: collected.map(({ value }) => value),
  });
  const results = new Map(
    packs.flatMap(({ parts }, i): (readonly [string, Value])[] => {
      if (parts.length === 1) return [[parts[0].output, loop.outputs[i]]];
      const part = parted(
        loop.outputs[i],
        parts.map(({ input }) => initial.get(input) as Value),
      );
      last.push(...part.nodes);
      return parts.map(({ output }, k) => [output, part.results[k]]);
    }),
  );
  return {
    name: step.name,
    inputs: [
      ...before.map(({ name }) => ({ name, value: initial.get(name) as Value })),
      ...fixed,
      ...given.map(({ name }, i) => ({ name, value: stacked[i] })),
    ],
    outputs: [
      ...carried.map(({ output }) => ({ name: output, value: results.get(output) as Value })),
      ...collected.map(({ name }, i) => ({ name, value: loop.outputs[packs.length + i] })),
    ],
    nodes: [...first, loop, ...last],
  };
}
