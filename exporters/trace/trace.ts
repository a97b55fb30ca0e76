import type { Variable } from '@tensorflow/tfjs';
import { describeSite } from '../ir/callSite.ts';
import type { Graph } from '../ir/graph.ts';
import { type Assignment, isSymbolic } from '../ir/size.ts';
import { registerKernels } from './backend.ts';
import { generalise } from './generalise.ts';
import { randomness } from './traceError.ts';
import {
  type ConcreteTrace,
  type StateVariable,
  type TracedFunction,
  type TracedInput,
  type TraceOptions,
  traceOnce,
} from './traceOnce.ts';
import { Ungeneralisable } from './ungeneralisable.ts';

/** Unlikely to equal another dimension of a program, and cheap to run. */
const PRIMES = [11, 17, 23, 29, 37, 43];

const symbolsOf = (inputs: readonly TracedInput[]): string[] => [
  ...new Set(inputs.flatMap(({ shape }) => shape.flatMap((size) => (isSymbolic(size) ? Object.keys(size.coefficients) : [])))),
];

/**
 * The base sizes, then each symbol raised alone (which fits an affine function), then all raised to even sizes (which verifies it: half a
 * size, rounded, is affine among odd ones), or to those at which the program will run.
 */
function assignmentsFor(symbols: readonly string[], numbers: readonly string[], at: Assignment): Assignment[] {
  const base = Object.fromEntries([
    ...symbols.map((name, i) => [name, PRIMES[i % PRIMES.length]]),
    // Dyadic, so that sums and multiples of them stay exact.
    ...numbers.map((name, i) => [name, 0.5 + i / 64]),
  ]);
  const raised = [...symbols.map((name) => ({ ...base, [name]: base[name] + 2 })), ...numbers.map((name) => ({ ...base, [name]: 0.75 }))];
  const all = Object.fromEntries([
    ...symbols.map((name, i) => [name, [undefined, base[name], base[name] + 2].includes(at[name]) ? base[name] + 5 + 2 * i : at[name]]),
    ...numbers.map((name, i) => [name, 0.625 - i / 128]),
  ]);
  return [base, ...raised, all];
}

/** The graph of a program together with the variables that it reads and assigns. */
export interface TracedProgram {
  readonly graph: Graph;
  readonly state: readonly StateVariable[];
  /**
   * Traces the program at other sizes too.
   *
   * @throws Ungeneralisable where it is not the graph there: a branch on a size that the traced sizes took alike, or a number that follows it otherwise
   */
  check(sizes: Assignment): void;
}

/**
 * The graph of tfjs kernels that `fn` runs, with symbolic sizes where the inputs have them. Variables are constants in it.
 *
 * @throws Error where `fn` reads a traced value, draws random numbers, uses a dtype that a graph lacks, or does other work at other sizes
 */
export const trace = (name: string, fn: TracedFunction, inputs: readonly TracedInput[]): Graph =>
  traceWith(name, fn, inputs, null, false, {}).graph;

/**
 * The same of a program with variables: those that it reads become inputs of the graph, and those that it assigns outputs too, behind the
 * program's own. Nothing is assigned for real.
 *
 * @param nameOf names variables; default: tfjs's names
 * @param at sizes at which the program will run: the graph is verified there
 * @throws as `trace`
 */
export const traceProgram = (
  name: string,
  fn: TracedFunction,
  inputs: readonly TracedInput[],
  nameOf: (variable: Variable) => string = (variable) => variable.name,
  at: Assignment = {},
): TracedProgram => traceWith(name, fn, inputs, nameOf, true, at);

function traceWith(
  name: string,
  fn: TracedFunction,
  inputs: readonly TracedInput[],
  nameOf: TraceOptions['nameOf'],
  checked: boolean,
  at: Assignment,
): TracedProgram {
  const numbers = inputs.flatMap((input) => (input.set ? [input.name] : []));
  const assignments = assignmentsFor(symbolsOf(inputs), numbers, at);
  registerKernels();
  const once = (assignment: Assignment, sites: boolean) => traceOnce(name, fn, inputs, assignment, { sites, nameOf });
  const first = once(assignments[0], true);
  const traces = [first.initialised ? once(assignments[0], true) : first, ...assignments.slice(1).map((sizes) => once(sizes, false))];
  // Without an open size there is one trace, and a second one at the same size tells whether there is chance in it.
  if (checked && traces.length < 3) refuseRandomness(traces[0], once(assignments[0], false));
  try {
    requireSameState(traces);
    const graph = generalise(traces, assignments, numbers);
    const check = (sizes: Assignment): void => {
      const other = { ...assignments[0], ...sizes };
      const all = [...traces, once(other, false)];
      requireSameState(all);
      generalise(all, [...assignments, other], numbers);
    };
    return { graph, state: traces[0].state, check };
  } catch (error) {
    if (!(error instanceof Ungeneralisable)) throw error;
    refuseRandomness(traces[0], once(assignments[0], false));
    throw error;
  }
}

/** Variables are inputs, and look alike in a graph: that they are the same ones has to be asked of the traces. */
function requireSameState([first, ...others]: readonly ConcreteTrace[]): void {
  for (const { state } of others) {
    const place = first.state.findIndex(({ variable, output }, i) => state[i]?.variable !== variable || state[i].output !== output);
    if (place >= 0 || state.length !== first.state.length)
      throw new Ungeneralisable(
        `the traced function uses other variables at other sizes, ${(first.state[place] ?? state[first.state.length]).input} at some only. ` +
          'Avoid JS branches over a symbolic size, or export with that size fixed',
      );
  }
}

/** Two traces at one size can differ only by chance. */
function refuseRandomness(first: ConcreteTrace, second: ConcreteTrace): void {
  first.constants.forEach(({ value, site }, i) => {
    const twin = second.constants[i]?.value.constant;
    const data = value.constant as Float32Array;
    if (twin?.length !== data.length || data.some((x, k) => !Object.is(x, twin[k]))) {
      throw new Error(
        randomness(`a tensor of shape [${value.shape}], which changes between two traces at the same sizes,`, describeSite(site)),
      );
    }
  });
}
