import type { Callback, LayersModel, Logs } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { FitCallback } from './fitOptions.ts';

/** The numbers, strings and booleans that a callback keeps in its fields: for `tf.callbacks.earlyStopping` its best value and how long it has waited. */
export type CallbackState = Record<string, number | string | boolean>;

export interface FitCallbacks {
  /** Whether anyone listens to single batches, so that each loss has to be read. */
  readonly perBatch: boolean;
  trainBegin(): Promise<void>;
  epochBegin(epoch: number): Promise<void>;
  batchBegin(batch: number, size: number): Promise<void>;
  batchEnd(batch: number, size: number, loss: number): Promise<void>;
  epochEnd(epoch: number, logs: Logs): Promise<void>;
  trainEnd(): Promise<void>;
  state(): CallbackState[];
  restore(states: readonly CallbackState[]): void;
}

const isTfCallback = (callback: FitCallback): callback is Callback & FitCallback => 'setParams' in callback;

/** What every tf.Callback inherits; a method other than these was written by someone who wants to be called. */
const inherited = Object.getPrototypeOf(tf.Callback.prototype) as Callback;

const wantsBatches = (callback: FitCallback): boolean =>
  (['onBatchBegin', 'onBatchEnd'] as const).some((hook) => callback[hook] !== undefined && callback[hook] !== inherited[hook]);

const isPlain = (value: unknown): value is number | string | boolean => ['number', 'string', 'boolean'].includes(typeof value);

/**
 * Calls tfjs callbacks the way `LayersModel.fit` does, and objects that have some of their methods.
 *
 * @param model given to `tf.Callback.setModel`; its `stopTraining` ends training
 */
export function fitCallbacks(
  callbacks: FitCallback | readonly FitCallback[] | undefined,
  model: LayersModel,
  parameters: Record<string, number | boolean>,
): FitCallbacks {
  const list: readonly FitCallback[] = callbacks === undefined ? [] : Array.isArray(callbacks) ? callbacks : [callbacks as FitCallback];
  for (const callback of list.filter(isTfCallback)) {
    callback.setParams(parameters);
    callback.setModel(model);
  }
  return {
    perBatch: list.some(wantsBatches),
    trainBegin: async () => {
      for (const callback of list) await callback.onTrainBegin?.({});
    },
    epochBegin: async (epoch) => {
      for (const callback of list) await callback.onEpochBegin?.(epoch, {});
    },
    batchBegin: async (batch, size) => {
      for (const callback of list) await callback.onBatchBegin?.(batch, { batch, size });
    },
    batchEnd: async (batch, size, loss) => {
      for (const callback of list) await callback.onBatchEnd?.(batch, { batch, size, loss });
    },
    epochEnd: async (epoch, logs) => {
      for (const callback of list) await callback.onEpochEnd?.(epoch, { ...logs });
    },
    trainEnd: async () => {
      for (const callback of list) await callback.onTrainEnd?.({});
    },
    state: () => list.map((callback) => Object.fromEntries(Object.entries(callback).filter(([, value]) => isPlain(value)))),
    restore: (states) => {
      for (const [i, state] of states.entries()) if (list[i]) Object.assign(list[i], state);
    },
  };
}
