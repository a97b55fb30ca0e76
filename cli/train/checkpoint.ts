import { stat } from 'node:fs/promises';
import { InputError } from '../errors.ts';
import { checkOutput } from '../files.ts';
import { type Io, note } from '../io.ts';

export interface CheckpointFlags {
  readonly checkpoint?: string | false;
  readonly resume?: boolean;
  readonly out?: string;
  readonly saveDir?: string;
}

export interface CheckpointPlace {
  /** null: none is kept. */
  readonly path: string | null;
  /** To be removed once training is done: the user did not ask for it. */
  readonly temporary: boolean;
}

/**
 * Where the state of training is kept.
 *
 * @throws InputError where there is nothing to resume from, or the place cannot be written
 */
export async function checkpointAt({ checkpoint, resume, out, saveDir }: CheckpointFlags, io: Io): Promise<CheckpointPlace> {
  if (checkpoint === false) {
    if (resume) throw new InputError('--resume: there is no checkpoint to go on from with --no-checkpoint.');
    return { path: null, temporary: false };
  }
  const temporary = checkpoint === undefined;
  const path = temporary ? `${(out ?? (saveDir as string)).replace(/\/+$/, '')}.checkpoint` : checkpoint;
  await checkOutput('--checkpoint', path);
  const there = await stat(path).then(
    () => true,
    () => false,
  );
  if (resume && !there) throw new InputError(`--resume: there is no checkpoint ${path}.`);
  if (!resume && there) note(io, `Starting anew; the checkpoint ${path} of an earlier run is replaced (--resume would go on from it).`);
  return { path, temporary };
}
