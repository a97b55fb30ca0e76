import { rm } from 'node:fs/promises';
import { TrainingInterrupted } from '../../plugin/index.ts';
import { Interrupted } from '../errors.ts';
import type { CheckpointPlace } from './checkpoint.ts';

/** Trains, and on Ctrl-C says how to go on. After another failure no checkpoint stays that was not asked for. */
export async function withCheckpoint(
  { path, temporary }: CheckpointPlace,
  train: (options: { checkpoint?: string }) => Promise<unknown>,
): Promise<void> {
  try {
    await train(path === null ? {} : { checkpoint: path });
  } catch (error) {
    if (error instanceof TrainingInterrupted)
      throw new Interrupted(
        `Stopped by Ctrl-C; nothing was written but the checkpoint ${path}. To go on, give the same command with --resume.`,
        { cause: error },
      );
    if (temporary) await rm(path as string, { force: true });
    throw error;
  }
}
