import type { Graph, NamedValue } from '../ir/graph.ts';
import { scan } from '../ir/scan.ts';
import { symbol } from '../ir/size.ts';
import { makeValue } from '../ir/value.ts';

/** The first dimension of what a loop takes and gives once a step. */
export const STEPS = 'steps';

/**
 * Many steps in one call. Inputs and outputs keep their names; those of single steps get a first axis `steps`. Behind the carried outputs come
 * all others, stacked.
 *
 * @param step one step
 * @param carried inputs that each step hands on to the next, with the output that holds the new value
 * @param resident inputs that stay the same in all steps; all others but the carried are given once a step
 */
export function repeatStep(
  step: Graph,
  carried: readonly { readonly input: string; readonly output: string }[],
  resident: readonly string[],
): Graph {
  const find = (list: readonly NamedValue[], name: string): NamedValue => list.find((entry) => entry.name === name) as NamedValue;
  const before = carried.map(({ input }) => find(step.inputs, input));
  const after = carried.map(({ output }) => find(step.outputs, output));
  const fixed = step.inputs.filter(({ name }) => resident.includes(name));
  const single = step.inputs.filter((input) => !before.includes(input) && !fixed.includes(input));
  const collected = step.outputs.filter((output) => !after.includes(output));

  const initial = before.map(({ name, value: { dtype, shape, hint } }): NamedValue => ({ name, value: makeValue(dtype, shape, hint) }));
  const stacked = single.map(
    ({ name, value: { dtype, shape, hint } }): NamedValue => ({ name, value: makeValue(dtype, [symbol(STEPS), ...(shape ?? [])], hint) }),
  );
  const loop = scan(`${step.name}_step`, step.nodes, {
    carried: before.map((input, i) => ({ initial: initial[i].value, inside: input.value, next: after[i].value })),
    scanned: single.map((input, i) => ({ stacked: stacked[i].value, inside: input.value, axis: 0 })),
    collected: collected.map(({ value }) => value),
  });
  return {
    name: step.name,
    inputs: [...initial, ...fixed, ...stacked],
    outputs: [...after, ...collected].map(({ name }, i) => ({ name, value: loop.outputs[i] })),
    nodes: [loop],
  };
}
