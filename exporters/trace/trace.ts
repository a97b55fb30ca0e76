import { describeSite } from '../ir/callSite.ts';
import type { Graph } from '../ir/graph.ts';
import { type Assignment, isSymbolic } from '../ir/size.ts';
import { registerKernels } from './backend.ts';
import { generalise } from './generalise.ts';
import { randomness } from './recorder.ts';
import { type ConcreteTrace, type TracedFunction, type TracedInput, traceOnce } from './traceOnce.ts';
import { Ungeneralisable } from './ungeneralisable.ts';

/** Unlikely to equal another dimension of a program, and cheap to run. */
const PRIMES = [11, 17, 23, 29, 37, 43];

const symbolsOf = (inputs: readonly TracedInput[]): string[] => [
  ...new Set(inputs.flatMap(({ shape }) => shape.flatMap((size) => (isSymbolic(size) ? Object.keys(size.coefficients) : [])))),
];

/**
 * The base sizes, then each symbol raised alone (which fits an affine function), then all raised to even sizes (which verifies it: half a
 * size, rounded, is affine among odd ones).
 */
function assignmentsFor(symbols: readonly string[]): Assignment[] {
  const base = Object.fromEntries(symbols.map((name, i) => [name, PRIMES[i % PRIMES.length]]));
  const raised = symbols.map((name) => ({ ...base, [name]: base[name] + 2 }));
  const all = Object.fromEntries(symbols.map((name, i) => [name, base[name] + 5 + 2 * i]));
  return [base, ...raised, all];
}

/**
 * The graph of tfjs kernels that `fn` runs, with symbolic sizes where the inputs have them.
 *
 * @throws Error where `fn` reads a traced value, draws random numbers, uses a dtype that a graph lacks, or does other work at other sizes
 */
export function trace(name: string, fn: TracedFunction, inputs: readonly TracedInput[]): Graph {
  const assignments = assignmentsFor(symbolsOf(inputs));
  registerKernels();
  const traces = assignments.map((assignment, i) => traceOnce(name, fn, inputs, assignment, i === 0));
  try {
    return generalise(traces, assignments);
  } catch (error) {
    if (!(error instanceof Ungeneralisable)) throw error;
    refuseRandomness(traces[0], traceOnce(name, fn, inputs, assignments[0], false));
    throw error;
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
