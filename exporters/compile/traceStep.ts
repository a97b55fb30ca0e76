import type { Optimizer, Tensor, Variable } from '@tensorflow/tfjs';
import type { StepProgram } from '../../plugin/training/executor.ts';
import { learningRateOf, optimizerNames, setIterations, setLearningRate } from '../../plugin/training/optimizers.ts';
import type { Graph } from '../ir/graph.ts';
import { type Assignment, type Size, symbol } from '../ir/size.ts';
import { type TracedProgram, traceProgram } from '../trace/trace.ts';
import type { TracedFunction, TracedInput } from '../trace/traceOnce.ts';
import { BATCH } from './signature.ts';

/** The input that an optimiser's learning rate becomes. */
export const LEARNING_RATE = 'learningRate';

/** Names for variables: those of an optimiser say what they are. */
export function namesFor(optimizer: Optimizer): (variable: Variable) => string {
  return (variable) => optimizerNames(optimizer).get(variable) ?? variable.name;
}

/** Traces a function that takes an optimiser's step, with the learning rate as an input, and leaves the optimiser as it was. */
export function traceWithOptimizer(
  name: string,
  fn: TracedFunction,
  inputs: readonly TracedInput[],
  optimizer: Optimizer,
  at: Assignment = {},
): TracedProgram {
  const dial: TracedInput = { name: LEARNING_RATE, shape: [], dtype: 'float32', set: (value) => setLearningRate(optimizer, value) };
  const program = leaving(optimizer, () => traceProgram(name, fn, [...inputs, dial], namesFor(optimizer), at));
  return { ...program, check: (sizes) => leaving(optimizer, () => program.check(sizes)) };
}

/** Whether the learning rate plays a part in a graph; where it does not, its steps are those of another optimiser. */
export function usesRate(graph: Graph): boolean {
  const rate = graph.inputs.find(({ name }) => name === LEARNING_RATE)?.value;
  return rate !== undefined && graph.nodes.some(({ inputs }) => inputs.includes(rate));
}

/** Traces, and leaves the optimiser's rate and count as they were. */
function leaving<T>(optimizer: Optimizer, trace: () => T): T {
  const { iterations } = optimizer;
  const rate = learningRateOf(optimizer);
  try {
    return trace();
  } finally {
    setLearningRate(optimizer, rate);
    setIterations(optimizer, iterations);
  }
}

/**
 * The traced step of a program, its batch of any size. Inputs: the batch under the names of the data, the program's own, the learning rate.
 *
 * @param batch a size at which it will run
 */
export function traceStep(program: StepProgram, batch?: number): TracedProgram {
  const batches = Object.entries(program.data).map(
    ([name, { shape, dtype }]): TracedInput => ({ name, shape: [symbol(BATCH), ...shape.slice(1)], dtype: dtype as TracedInput['dtype'] }),
  );
  const own = program.inputs.map(
    ({ name, shape }): TracedInput => ({
      name,
      dtype: 'float32',
      shape: shape.map((size): Size => (size === 'batch' ? symbol(BATCH) : size)),
    }),
  );
  const step: TracedFunction = (...tensors) => {
    const named = (inputs: readonly TracedInput[], at: number): Record<string, Tensor> =>
      Object.fromEntries(inputs.map(({ name }, i) => [name, tensors[at + i]]));
    return program.step(named(batches, 0), named(own, batches.length));
  };
  return traceWithOptimizer(program.name, step, [...batches, ...own], program.optimizer, batch === undefined ? {} : { [BATCH]: batch });
}
