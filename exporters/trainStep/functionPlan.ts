import type { Optimizer } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type ExportFunction, type InputSpec, traceTarget } from '../trace/targets.ts';
import type { InputCard, StepPlan } from './stepPlan.ts';

/** An input of a step: as for `exportOnnx`. */
export interface StepInputSpec extends InputSpec {
  /** What sessions use where a number, of shape [], is not given. */
  readonly default?: number;
}

export interface FunctionSettings {
  /** Shapes and dtypes by name, in the order of the function's arguments; a string in a shape is a size that stays open. */
  readonly inputs: Readonly<Record<string, StepInputSpec>>;
  /** The one that the function uses: its learning rate becomes an input, its slots state. */
  readonly optimizer: Optimizer;
  /** Inputs that sessions draw anew for each step: standard normal, ±1, or uniform on [0, 1). */
  readonly noise?: Readonly<Record<string, 'gaussian' | 'rademacher' | 'uniform'>>;
}

const DISTRIBUTIONS = ['gaussian', 'rademacher', 'uniform'];

function checkNoise(noise: Readonly<Record<string, string>>, inputs: Readonly<Record<string, StepInputSpec>>): void {
  for (const [name, distribution] of Object.entries(noise)) {
    if ((inputs[name]?.dtype ?? 'float32') !== 'float32' || !(name in inputs))
      throw new Error(`exportTrainStep: noise.${name} must be a float32 input; the inputs are ${Object.keys(inputs).join(', ')}.`);
    if (!DISTRIBUTIONS.includes(distribution))
      throw new Error(`exportTrainStep: noise.${name} must be one of ${DISTRIBUTIONS.join(', ')}; got ${JSON.stringify(distribution)}.`);
  }
}

/** @throws Error for missing or wrong inputs, noise of an unknown kind, or no optimiser */
export function functionPlan(fn: ExportFunction, { inputs, optimizer, noise = {} }: FunctionSettings): StepPlan {
  if (typeof optimizer?.applyGradients !== 'function')
    throw new TypeError('exportTrainStep: give the optimiser that the step uses, for example { optimizer: tf.train.adam(0.01) }.');
  const target = traceTarget(fn, inputs, undefined);
  checkNoise(noise, inputs);
  const cards = Object.entries(inputs).map(([name, { shape, dtype = 'float32', default: given }]): InputCard => {
    if (given !== undefined && shape.length > 0)
      throw new Error(`exportTrainStep: input ${name} has the shape [${shape}]; only numbers, of shape [], have a default.`);
    return { name, shape, dtype, ...(noise[name] && { distribution: noise[name] }), ...(given !== undefined && { default: given }) };
  });
  return {
    name: target.name,
    optimizer,
    inputs: cards,
    step: (...tensors) => {
      const result = target.fn(...tensors);
      return result instanceof tf.Tensor ? { loss: result } : result;
    },
    averages: new Map(),
    card: {},
    dispose: () => {},
  };
}
