import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type Block, readBlocks, toTensor } from './blocks.ts';

/** The weights under training, their moving average, and the best seen so far. */
export interface Weights {
  /** How far the average moves after step number `step`, from 0; null: there is none. */
  share(step: number): number | null;
  /** Moves the average towards the weights by a share of the way. */
  average(share: number | Scalar): void;
  /** Runs with the averaged weights in place, if there are any. */
  withAverage<T>(run: () => Promise<T>): Promise<T>;
  /** Remembers the weights now in place as the best. */
  keep(): void;
  /** Puts the best weights in place, or else the averaged ones. */
  finish(): void;
  /** All values, for a checkpoint. */
  read(): Promise<Record<string, Block>>;
  /** Puts values from a checkpoint in place. */
  restore(blocks: Readonly<Record<string, Block>>): void;
  dispose(): void;
}

function assign(variables: readonly Variable[], values: readonly Tensor[]): void {
  for (const [i, variable] of variables.entries()) variable.assign(values[i]);
}

/**
 * @param trained the variables that the optimiser moves
 * @param all those and the fixed weights of the network
 * @param decay of the moving average; null: none
 */
export function trainingWeights(trained: readonly Variable[], all: readonly Variable[], decay: number | null): Weights {
  const averages = decay === null ? null : trained.map((v) => tf.variable(v, false));
  let best: Tensor[] | null = null;
  const keepBest = (values: Tensor[]) => {
    tf.dispose(best ?? []);
    best = values;
  };
  return {
    // A small decay at first, as in TensorFlow's ExponentialMovingAverage(num_updates), forgets the initial weights.
    share: (step) => (decay === null ? null : 1 - Math.min(decay, (1 + step) / (10 + step))),
    average: (share) => {
      tf.tidy(() => {
        for (const [i, average] of (averages ?? []).entries()) average.assign(tf.add(average, tf.mul(share, tf.sub(trained[i], average))));
      });
    },
    withAverage: async (run) => {
      if (averages === null) return run();
      const raw = trained.map((v) => tf.clone(v));
      assign(trained, averages);
      try {
        return await run();
      } finally {
        assign(trained, raw);
        tf.dispose(raw);
      }
    },
    keep: () => keepBest(trained.map((v) => tf.clone(v))),
    finish: () => {
      const final = best ?? averages;
      if (final !== null) assign(trained, final);
    },
    read: async () => ({
      ...(await readBlocks('weights', all)),
      ...(await readBlocks('average', averages ?? [])),
      ...(await readBlocks('best', best ?? [])),
    }),
    restore: (blocks) => {
      const stored = (prefix: string, n: number) => Array.from({ length: n }, (_, i) => toTensor(blocks[`${prefix}/${i}`]));
      tf.tidy(() => {
        assign(all, stored('weights', all.length));
        if (averages !== null) assign(averages, stored('average', averages.length));
      });
      if ('best/0' in blocks) keepBest(stored('best', trained.length));
    },
    dispose: () => tf.dispose([...(averages ?? []), ...(best ?? [])]),
  };
}
