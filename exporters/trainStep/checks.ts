import { LEARNING_RATE, usesRate } from '../compile/traceStep.ts';
import type { Graph } from '../ir/graph.ts';
import type { StateVariable } from '../trace/traceOnce.ts';
import { INITIAL } from './stateCards.ts';
import type { StepPlan } from './stepPlan.ts';

/** @throws Error where an input has a name that the file uses for something else */
export function checkNames({ inputs }: StepPlan): void {
  for (const { name } of inputs)
    if (name === LEARNING_RATE || name.startsWith(INITIAL))
      throw new Error(`exportTrainStep: an input cannot be called "${name}", a name that the file uses itself. Give it another.`);
}

/**
 * The names of the numbers that a step reports.
 *
 * @throws Error where they are not scalars, and where the step trains nothing or not with its optimiser
 */
export function reportsOf(graph: Graph, state: readonly StateVariable[], { inputs, optimizer }: StepPlan): string[] {
  const assigned = new Set(state.flatMap(({ output }) => output ?? []));
  if (assigned.size === 0)
    throw new Error(
      'exportTrainStep: the step assigns no variable. It has to take a step of the optimiser, for example with optimizer.minimize(() => loss).',
    );
  const reports = graph.outputs.filter(({ name }) => !assigned.has(name));
  for (const { name, value } of reports) {
    if (value.dtype !== 'float32' || value.shape?.length !== 0)
      throw new Error(
        `exportTrainStep: the step reports "${name}" as ${value.dtype} of ${value.shape?.length ?? '?'} dimensions; expected float32 scalars.`,
      );
    if (inputs.some((input) => input.name === name))
      throw new Error(`exportTrainStep: "${name}" is the name of an input and of a result; give one of them another.`);
  }
  if (!usesRate(graph))
    throw new Error(
      `exportTrainStep: the learning rate of the optimiser given, ${optimizer.getClassName()}, plays no part in the step. Give the one that the step uses.`,
    );
  return reports.map(({ name }) => name);
}
