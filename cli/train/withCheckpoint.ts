import { rm } from 'node:fs/promises';
import { TrainingInterrupted } from '../../plugin/index.ts';
import { ResumeError } from '../../plugin/training/checkpoint.ts';
import { TrainingDiverged } from '../../plugin/training/losses.ts';
import { InputError, Interrupted, reworded } from '../errors.ts';
import { kindOf } from '../files.ts';
import type { CheckpointPlace } from './checkpoint.ts';

const sentence = (text: string): string => text.replace(/[.\s]*$/, '.');

/**
 * An error in the words of the command line, with what became of the checkpoint.
 *
 * @param kept the checkpoint; null: there is none
 * @param remedy what to start anew with after a divergence
 */
function explained(error: unknown, kept: string | null, remedy: string): unknown {
  if (error instanceof ResumeError)
    return new InputError(
      `--resume: cannot go on from ${error.fault}. The file was left as it is. Give the command of that run with the same data, another --checkpoint ` +
        'or --out, or leave --resume out to start anew, which replaces the file.',
      { cause: error },
    );
  const left = kept === null ? '' : ` The checkpoint ${kept} was left where it is`;
  if (error instanceof TrainingDiverged)
    return reworded(error, `${error.fault}. Start anew with ${remedy}.${left && `${left}; it is from before, and of the same settings.`}`);
  if (left === '') return error;
  return reworded(
    error,
    `${sentence((error as Error).message)}${left}${error instanceof InputError ? '.' : '; the same command with --resume goes on from it.'}`,
  );
}

/**
 * Trains and writes, and on Ctrl-C says how to go on. A checkpoint that was not asked for is removed once all went well; after a failure every
 * checkpoint stays.
 *
 * @param remedy what to start anew with after a divergence
 */
export async function withCheckpoint(
  { path, temporary }: CheckpointPlace,
  remedy: string,
  work: (options: { checkpoint?: string }) => Promise<unknown>,
): Promise<void> {
  try {
    await work(path === null ? {} : { checkpoint: path });
  } catch (error) {
    if (error instanceof TrainingInterrupted)
      throw new Interrupted(
        `Stopped by Ctrl-C; nothing was written but the checkpoint ${path}. To go on, give the same command with --resume.`,
        { cause: error },
      );
    throw explained(error, path !== null && (await kindOf(path)) === 'file' ? path : null, remedy);
  }
  if (temporary) await rm(path as string, { force: true });
}
