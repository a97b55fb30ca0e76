import { type Graph, type NamedValue, substitute } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { sizeOf } from '../ir/size.ts';
import { int64, like, makeValue, uniformValue, type Value } from '../ir/value.ts';
import { scalar } from '../passes/scalars.ts';
import { sortNodes } from '../passes/sortNodes.ts';
import { type UpdateFormula, updateFormulas } from './updateFormula.ts';

/** A state that a step hands on, by the names of its input and output. */
export interface CarriedNames {
  readonly input: string;
  readonly output: string;
}

/** What a loop carries: a state, or several that lie one behind the other in one vector. */
export interface Pack {
  readonly parts: readonly CarriedNames[];
  /** Before and after the step: of its own shape where a part is alone, else `[total]`. */
  readonly before: Value;
  readonly after: Value;
}

/** Parameters of more numbers are worth operators of their own: copying them costs more than a launch. */
const LARGEST = 2 ** 14;

const countOf = ({ shape }: Value): number => sizeOf(shape as readonly number[]);

const flattened = (value: Value): boolean => value.shape?.length === 1;

/** The values one behind the other, `[total]`. */
export function joined(values: readonly Value[]): { readonly nodes: readonly Node[]; readonly result: Value } {
  const nodes: Node[] = [];
  const flat = values.map((value) => {
    if (flattened(value)) return value;
    const output = makeValue(value.dtype, [countOf(value)], value.hint);
    nodes.push({ op: 'Reshape', inputs: [value, int64([-1], 'shape')], attributes: {}, outputs: [output] });
    return output;
  });
  const result = makeValue(values[0].dtype, [values.reduce((sum, value) => sum + countOf(value), 0)], values[0].hint);
  return { nodes: [...nodes, { op: 'Concat', inputs: flat, attributes: { axis: 0 }, outputs: [result] }], result };
}

/** The parts of a vector as values of the shapes of others. */
export function parted(vector: Value, likes: readonly Value[]): { readonly nodes: readonly Node[]; readonly results: readonly Value[] } {
  const flat = likes.map((part) => makeValue(part.dtype, [countOf(part)], part.hint));
  const nodes: Node[] = [{ op: 'Split', inputs: [vector, int64(likes.map(countOf), 'shape')], attributes: { axis: 0 }, outputs: flat }];
  const results = likes.map((part, i) => {
    if (flattened(part)) return flat[i];
    const output = like(part);
    nodes.push({ op: 'Reshape', inputs: [flat[i], int64(part.shape as readonly number[], 'shape')], attributes: {}, outputs: [output] });
    return output;
  });
  return { nodes, results };
}

/** One formula for all parameters of a family: the values of its states before and after. */
function merged(family: readonly UpdateFormula[]): {
  readonly nodes: readonly Node[];
  readonly before: readonly Value[];
  readonly after: readonly Value[];
} {
  const [first] = family;
  const nodes: Node[] = [];
  const total = family.reduce((sum, { states }) => sum + countOf(states[0].before), 0);
  const vector = ({ dtype, hint }: Value): Value => makeValue(dtype, [total], hint);
  const values = new Map(first.states.map(({ before }) => [before, vector(before)]));
  first.leaves.forEach((leaf, i) => {
    const join = joined(family.map(({ leaves }) => leaves[i]));
    nodes.push(...join.nodes);
    values.set(leaf, join.result);
  });
  const inVector = (value: Value): Value => {
    const number = uniformValue(value);
    return values.get(value) ?? (number === null ? value : scalar(number));
  };
  for (const node of first.nodes) {
    const outputs = node.outputs.map(vector);
    nodes.push({ ...node, inputs: node.inputs.map((value) => value && inVector(value)), outputs });
    values.set(node.outputs[0], outputs[0]);
  }
  return { nodes, before: first.states.map(({ before }) => inVector(before)), after: first.states.map(({ after }) => inVector(after)) };
}

/**
 * Lets small parameters that are updated by the same formula share it: an optimiser does the same to all of them, and most of what that costs is the
 * launching of operators. Their states lie in one vector each, from which the step splits off what it reads elsewhere, and their gradients are joined.
 */
export function packState(step: Graph, carried: readonly CarriedNames[]): { readonly step: Graph; readonly packs: readonly Pack[] } {
  const find = (list: readonly NamedValue[], name: string): Value => (list.find((entry) => entry.name === name) as NamedValue).value;
  const states = carried.map((names) => ({ names, before: find(step.inputs, names.input), after: find(step.outputs, names.output) }));
  const namesOf = new Map(states.map(({ names, before }) => [before, names]));
  const small = states.filter(
    ({ before, after }) =>
      before.dtype === 'float32' && before.shape?.length !== 0 && after.constant === null && countOf(before) <= LARGEST,
  );
  const families = new Map<string, UpdateFormula[]>();
  for (const formula of updateFormulas(step, small)) families.set(formula.key, [...(families.get(formula.key) ?? []), formula]);

  const nodes: Node[] = [];
  const parts = new Map<Value, Value>();
  const packs: Pack[] = [];
  for (const family of [...families.values()].filter(({ length }) => length > 1)) {
    const merge = merged(family);
    nodes.push(...merge.nodes);
    merge.before.forEach((before, k) => {
      const members = family.map((formula) => formula.states[k].before);
      packs.push({ parts: members.map((member) => namesOf.get(member) as CarriedNames), before, after: merge.after[k] });
      const part = parted(before, members);
      nodes.push(...part.nodes);
      for (const [i, member] of members.entries()) parts.set(member, part.results[i]);
    });
  }
  const packed = new Set(packs.flatMap((pack) => pack.parts));
  const alone = states.filter(({ names }) => !packed.has(names));
  const all = [...alone.map(({ names, before, after }): Pack => ({ parts: [names], before, after })), ...packs];
  return { step: repacked(step, all, parts, nodes), packs: all };
}

/** The step with the packs as inputs and outputs in place of the single states. */
function repacked(step: Graph, packs: readonly Pack[], parts: ReadonlyMap<Value, Value>, added: readonly Node[]): Graph {
  const names = packs.flatMap((pack) => pack.parts);
  const [inputs, outputs] = [new Set(names.map(({ input }) => input)), new Set(names.map(({ output }) => output))];
  const named =
    (kind: string) =>
    (value: Value, i: number): NamedValue => ({ name: `${kind}/${i}`, value });
  const nodes = [...step.nodes, ...added];
  return sortNodes({
    ...substitute(step, nodes, parts),
    inputs: [...step.inputs.filter(({ name }) => !inputs.has(name)), ...packs.map(({ before }) => before).map(named('before'))],
    outputs: [...step.outputs.filter(({ name }) => !outputs.has(name)), ...packs.map(({ after }) => after).map(named('after'))],
  });
}
