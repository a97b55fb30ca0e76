import type { TrainFlags } from '../commands/train.ts';
import { InputError } from '../errors.ts';
import { checkOutput } from '../files.ts';
import { type Io, note } from '../io.ts';
import type { Written } from '../written.ts';

/** @throws InputError where nothing is to be written, or an output could not be */
export async function checkOutputs({ out, saveDir }: TrainFlags): Promise<void> {
  if (out === undefined && saveDir === undefined)
    throw new InputError('train: nothing to write; give --out model.onnx, or --save-dir for a tfjs model.');
  if (out !== undefined) await checkOutput('--out', out);
  if (saveDir !== undefined) await checkOutput('--save-dir', saveDir, 'folder');
}

/**
 * Writes what was asked for.
 *
 * @param exported writes the ONNX file
 * @returns what was written, a line each
 */
export async function writeOutputs(
  model: { save(path: string): Promise<void> },
  { out, saveDir }: TrainFlags,
  exported: (path: string) => Promise<Written>,
  io: Io,
): Promise<string[]> {
  const file = out === undefined ? null : await exported(out);
  if (file?.note) note(io, file.note);
  if (saveDir !== undefined) await model.save(saveDir);
  return [...(file === null ? [] : [file.summary]), ...(saveDir === undefined ? [] : [`wrote ${saveDir}`])];
}
