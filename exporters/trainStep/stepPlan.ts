import type { Optimizer, Variable } from '@tensorflow/tfjs';
import type { Distribution } from '../../random/fill.ts';
import type { Card } from '../card.ts';
import type { Dimension } from '../trace/targets.ts';
import type { TracedFunction, TracedInput } from '../trace/traceOnce.ts';

/** What a session puts in where a number is not given: the number; factor · (another number)², at most so much; or 1 − min(decay, (1 + k)/(10 + k)) at step k. */
export type NumberDefault =
  | number
  | { readonly factor: number; readonly squareOf: string; readonly atMost?: number }
  | { readonly decay: number };

/** An input of a step, as the card has it. */
export interface InputCard {
  readonly name: string;
  readonly shape: readonly Dimension[];
  readonly dtype: TracedInput['dtype'];
  /** Of noise, which the session draws. */
  readonly distribution?: Distribution | 'uniform';
  /** Of points, which the session checks to lie on it. */
  readonly manifold?: string;
  /** Of numbers. */
  readonly default?: NumberDefault;
}

/** A training step on its way into a file. */
export interface StepPlan {
  readonly name: string;
  readonly optimizer: Optimizer;
  readonly inputs: readonly InputCard[];
  /** Takes the step; called with the inputs in their order. Returns scalars by name. */
  readonly step: TracedFunction;
  /** Variables that follow others, which are named here. */
  readonly averages: ReadonlyMap<Variable, string>;
  /** What else the card says. */
  readonly card: Card;
  dispose(): void;
}
