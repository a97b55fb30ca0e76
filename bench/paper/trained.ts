import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Optimizer, Tensor2D } from '@tensorflow/tfjs';
import type { Executor } from 'tfjs-mvl';
import { type LatentModel, loadLatentModel } from 'tfjs-mvl/models';
import { CONFIG } from './config.ts';
import { RUNS } from './results.ts';

/** From the full rate to a fiftieth of it, along half a cosine. */
export const falling =
  (rate: number) =>
  (progress: number): number =>
    rate * (0.02 + 0.98 * Math.cos((Math.PI / 2) * progress) ** 2);

export interface Trained {
  readonly model: LatentModel;
  /** Of training, in the run that ended it. */
  readonly seconds: number;
}

/** What stands beside a model that was trained. */
interface Beside {
  readonly seconds: number;
  /** What it was trained by. */
  readonly facts: object;
}

/** @throws Error where the model was trained by other facts than the cell has now */
async function loaded(folder: string, beside: string, facts: object): Promise<Trained> {
  const { seconds, facts: there } = JSON.parse(readFileSync(beside, 'utf8')) as Beside;
  if (JSON.stringify(there) !== JSON.stringify(facts))
    throw new Error(
      `${folder}: its model was trained by ${JSON.stringify(there)}, the cell is ${JSON.stringify(facts)}. Remove it to train anew.`,
    );
  return { model: await loadLatentModel(folder), seconds };
}

/**
 * Trains a cell's model, or goes on where a run was cut off, or loads what is there.
 *
 * @param cell what tells it apart from the others
 * @param make the model before training
 * @param rate the optimiser's learning rate at first
 */
export async function trained(
  name: string,
  cell: object,
  make: () => LatentModel,
  optimizer: Optimizer,
  rate: number,
  train: Tensor2D,
  { executor, iterations }: { readonly executor: Executor; readonly iterations: number },
): Promise<Trained> {
  mkdirSync(RUNS, { recursive: true });
  const [folder, beside] = [`${RUNS}/${name}`, `${RUNS}/${name}.json`];
  const facts = { ...cell, iterations };
  if (existsSync(`${folder}/model.json`)) return loaded(folder, beside, facts);
  const model = make();
  model.compile({ optimizer });
  const began = performance.now();
  const checkpoint = `${folder}.checkpoint`;
  await model.fit(train, {
    epochs: Math.ceil(iterations / Math.ceil(train.shape[0] / CONFIG.batchSize)),
    batchSize: CONFIG.batchSize,
    averaging: CONFIG.averaging,
    learningRate: falling(rate),
    executor,
    checkpoint: { path: checkpoint, everySeconds: 60 },
    resume: true,
    verbose: 1,
  });
  const seconds = Math.round((performance.now() - began) / 1000);
  writeFileSync(beside, JSON.stringify({ seconds, facts } satisfies Beside));
  await model.save(folder);
  rmSync(checkpoint, { force: true });
  return { model, seconds };
}
