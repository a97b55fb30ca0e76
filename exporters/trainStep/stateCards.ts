import type { Variable } from '@tensorflow/tfjs';
import { optimizerNames } from '../../plugin/training/optimizers.ts';
import { isTensorType } from '../compile/ortTensors.ts';
import { type ConstantData, makeConstant, type Value } from '../ir/value.ts';
import type { StateVariable } from '../trace/traceOnce.ts';
import type { StepPlan } from './stepPlan.ts';

/** Initializers with the state's first values begin with it; no node reads them. */
export const INITIAL = 'initial/';

/** A tensor that goes from step to step, as the card has it. */
export interface StateCard {
  readonly name: string;
  readonly input: string;
  /** null: it stays as it is. */
  readonly output: string | null;
  /** The initializer with its first value. */
  readonly initial: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  /** What the step trains, what its optimiser keeps, an average of what is trained, or what is only read. */
  readonly role: 'parameter' | 'slot' | 'average' | 'constant';
  /** Of an average: the name of what it follows. */
  readonly of?: string;
}

/** The state of a traced step, for its card. */
export function stateCards(state: readonly StateVariable[], { optimizer, averages }: StepPlan): StateCard[] {
  const slots = optimizerNames(optimizer);
  const roleOf = (variable: Variable, output: string | null): StateCard['role'] => {
    if (output === null) return 'constant';
    if (averages.has(variable)) return 'average';
    return slots.has(variable) ? 'slot' : 'parameter';
  };
  return state.map(({ variable, input, output }) => {
    const { shape, dtype } = variable;
    if (!isTensorType(dtype))
      throw new Error(`exportTrainStep: variable ${variable.name} has dtype ${dtype}; expected float32, int32 or bool.`);
    const of = averages.get(variable);
    const name = slots.get(variable) ?? variable.name;
    return {
      name,
      input,
      output,
      initial: `${INITIAL}${input}`,
      shape,
      dtype,
      role: roleOf(variable, output),
      ...(of !== undefined && { of }),
    };
  });
}

/** What the variables hold now, under the names of their initializers. */
export async function initialValues(state: readonly StateVariable[], cards: readonly StateCard[]): Promise<Map<string, Value>> {
  const entries = cards.map(async ({ initial, dtype, shape }, i): Promise<[string, Value]> => {
    const data = (await state[i].variable.data()) as ConstantData;
    return [initial, makeConstant(data.slice(), dtype, shape, initial)];
  });
  return new Map(await Promise.all(entries));
}
