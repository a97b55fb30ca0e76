import { type Graph, producers } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { uniformValue, type Value } from '../ir/value.ts';
import { BROADCASTING, UNARY } from '../passes/elementwise.ts';

/** What a state of the step is before and after it. */
export interface State {
  readonly before: Value;
  readonly after: Value;
}

/** How the states of one parameter are computed from themselves and from other values of their shape, such as gradients, element by element. */
export interface UpdateFormula {
  /** Equal for parameters with the same formula, whatever their shapes; then all lists correspond. */
  readonly key: string;
  readonly states: readonly State[];
  /** Values that the formula begins with, beside the states and numbers. */
  readonly leaves: readonly Value[];
  readonly nodes: readonly Node[];
}

const sameShaped = (a: Value, b: Value): boolean => String(a.shape) === String(b.shape);

/** Nodes that compute each element alone, from operands of the result's shape and numbers. */
function isElementwise({ op, inputs, outputs }: Node): boolean {
  const alone = BROADCASTING.has(op) || UNARY.has(op);
  return alone && inputs.every((value) => value !== null && (isNumber(value) || sameShaped(value, outputs[0])));
}

const isNumber = (value: Value): boolean => uniformValue(value) !== null || value.shape?.length === 0;

/**
 * One formula for each parameter; states whose updates read one another belong to the same.
 *
 * @param states none of them scalars: those, such as powers of Adam's β, are numbers that all formulas share
 */
export function updateFormulas(graph: Graph, states: readonly State[]): UpdateFormula[] {
  const made = producers(graph);
  const stateOf = new Map(states.map((state) => [state.before, state]));
  const reads = new Map<Value, ReadonlySet<State>>();
  /** The states that a value is computed from, element by element. */
  const readsOf = (value: Value): ReadonlySet<State> => {
    const known = reads.get(value);
    if (known !== undefined) return known;
    const state = stateOf.get(value);
    const node = made.get(value);
    const operands = node !== undefined && isElementwise(node) ? (node.inputs as readonly Value[]) : [];
    const found = state === undefined ? new Set(operands.flatMap((operand) => [...readsOf(operand)])) : new Set([state]);
    reads.set(value, found);
    return found;
  };

  const numbers = new Map<Value, string>();
  const numberOf = (value: Value): string => {
    const text = numbers.get(value) ?? (uniformValue(value) === null ? `number ${numbers.size}` : String(uniformValue(value)));
    numbers.set(value, text);
    return text;
  };

  const formulaOf = (own: readonly State[]): UpdateFormula => {
    const [leaves, nodes, lines]: [Value[], Node[], string[]] = [[], [], []];
    const names = new Map(own.map(({ before }, i) => [before, `state ${i}`]));
    const nameOf = (value: Value): string => {
      const known = names.get(value) ?? (isNumber(value) ? numberOf(value) : undefined);
      const name = known ?? newName(value);
      names.set(value, name);
      return name;
    };
    const newName = (value: Value): string => {
      const node = made.get(value);
      const operands = node !== undefined && isElementwise(node) ? (node.inputs as readonly Value[]) : [];
      // A function of a gradient alone is part of the formula too: then the gradient is the leaf, and not its square beside it.
      const single = new Set(operands.filter((operand) => !isNumber(operand))).size === 1;
      if (node === undefined || (readsOf(value).size === 0 && !single)) return `leaf ${leaves.push(value) - 1}`;
      lines.push(`${node.op} ${JSON.stringify(node.attributes)} ${operands.map(nameOf).join(', ')}`);
      return `node ${nodes.push(node) - 1}`;
    };
    const results = own.map(({ after }) => nameOf(after));
    return { key: [...lines, ...results].join('\n'), states: own, leaves, nodes };
  };
  return connected(states, readsOf).map(formulaOf);
}

function connected(states: readonly State[], readsOf: (value: Value) => ReadonlySet<State>): State[][] {
  let groups: Set<State>[] = [];
  for (const state of states) {
    const own = new Set([state, ...readsOf(state.after)]);
    const touching = groups.filter((group) => [...own].some((member) => group.has(member)));
    groups = [...groups.filter((group) => !touching.includes(group)), new Set([...own, ...touching.flatMap((group) => [...group])])];
  }
  return groups.map((group) => states.filter((state) => group.has(state)));
}
