import type { Optimizer, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type Block, readBlocks, toTensor } from './blocks.ts';

/** Optimisers by name, at the learning rates that `tf.LayersModel.compile` gives them. */
const BY_NAME: Readonly<Record<string, () => Optimizer>> = {
  adam: () => tf.train.adam(0.001),
  adamax: () => tf.train.adamax(0.002),
  adagrad: () => tf.train.adagrad(0.01),
  adadelta: () => tf.train.adadelta(1),
  rmsprop: () => tf.train.rmsprop(0.001),
  sgd: () => tf.train.sgd(0.01),
};

/** @throws for an unknown name */
export function makeOptimizer(name: string): Optimizer {
  const make = Object.hasOwn(BY_NAME, name.toLowerCase()) ? BY_NAME[name.toLowerCase()] : undefined;
  if (make) return make();
  throw new Error(`compile: unknown optimizer "${name}"; expected one of ${Object.keys(BY_NAME).join(', ')}, or a tf.train optimizer.`);
}

/** tfjs keeps `learningRate` protected, and only SGD has a setter for it. */
export function setLearningRate(optimizer: Optimizer, rate: number): void {
  const open = optimizer as unknown as { learningRate: number; setLearningRate?(rate: number): void };
  if (open.setLearningRate) open.setLearningRate(rate);
  else open.learningRate = rate;
}

interface Slot {
  originalName: string;
  variable: Variable;
}

const isSlots = (value: unknown): value is Slot[] => Array.isArray(value) && value.every((slot) => slot?.variable instanceof tf.Variable);

/**
 * All variables that an optimiser owns, by the field that holds them: moments, and running powers of β. tfjs's own `getWeights` leaves out the
 * powers and recomputes them in another rounding, so that a resumed run would differ in the last bits.
 */
function optimizerVariables(optimizer: Optimizer): Record<string, Variable> {
  const found: Record<string, Variable> = {};
  for (const [field, value] of Object.entries(optimizer)) {
    if (value instanceof tf.Variable) found[field] = value;
    else if (isSlots(value)) for (const [i, slot] of value.entries()) found[`${field}/${i}`] = slot.variable;
  }
  return found;
}

/** tfjs keeps `learningRate` protected. */
export const learningRateOf = (optimizer: Optimizer): number => (optimizer as unknown as { learningRate: number }).learningRate;

/** Sets the optimiser's own count of steps, for whoever took them in its place. */
export function setIterations(optimizer: Optimizer, iterations: number): void {
  (optimizer as unknown as { iterations_: number }).iterations_ = iterations;
}

/** Names that say what an optimiser's variables are, such as `optimizer/dense/kernel/m`; tfjs itself numbers them. */
export function optimizerNames(optimizer: Optimizer): Map<Variable, string> {
  const names = new Map<Variable, string>();
  for (const [field, value] of Object.entries(optimizer)) {
    if (value instanceof tf.Variable) names.set(value, `optimizer/${field}`);
    else if (isSlots(value)) for (const { originalName, variable } of value) names.set(variable, `optimizer/${originalName}`);
  }
  return names;
}

/** An optimiser's state for a checkpoint, each name beginning with `optimizer/`. */
export const optimizerBlocks = (optimizer: Optimizer): Promise<Record<string, Block>> =>
  readBlocks('optimizer', optimizerVariables(optimizer));

/** Gives an optimiser the state that `optimizerBlocks` read from one of its kind. */
export function restoreOptimizer(optimizer: Optimizer, blocks: Readonly<Record<string, Block>>, iterations: number): void {
  const fields = optimizer as unknown as Record<string, Variable | Slot[] | number>;
  for (const [field, value] of Object.entries(fields)) {
    if (!isSlots(value)) continue;
    tf.dispose(value.map(({ variable }) => variable));
    fields[field] = [];
  }
  tf.tidy(() => {
    for (const [name, block] of Object.entries(blocks)) {
      const [kind, field, index] = name.split('/');
      if (kind !== 'optimizer') continue;
      if (index === undefined) (fields[field] as Variable).assign(toTensor(block));
      else (fields[field] as Slot[])[Number(index)] = { originalName: name, variable: tf.variable(toTensor(block), false) };
    }
  });
  setIterations(optimizer, iterations);
}
