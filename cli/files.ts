import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeAtomically } from '../plugin/training/writeAtomically.ts';
import { InputError } from './errors.ts';

/** What there is; null: nothing. */
export const kindOf = async (path: string): Promise<'folder' | 'file' | null> => {
  const found = await stat(path).catch(() => null);
  return found && (found.isDirectory() ? 'folder' : 'file');
};

/**
 * Refuses an output that could not be written, before the work that makes it.
 *
 * @param option as the user wrote it, for the message
 */
export async function checkOutput(option: string, path: string, kind: 'file' | 'folder' = 'file'): Promise<void> {
  const folder = dirname(path);
  const refuse = (why: string) => new InputError(`${option} ${path}: ${why}`);
  const there = await kindOf(folder);
  if (there !== 'folder') throw refuse(`${there === null ? `there is no folder ${folder}; make it first` : `${folder} is not a folder`}.`);
  const old = await kindOf(path);
  if (old !== null && old !== kind) throw refuse(`is a ${old}; give the name of a ${kind}.`);
  await access(old === 'folder' ? path : folder, constants.W_OK).catch(() => {
    throw refuse(`no permission to write into ${folder}.`);
  });
}

/** @throws InputError where an input does not exist or is of another kind */
export async function checkInput(path: string, kind: 'file' | 'folder', hint = ''): Promise<void> {
  const found = await kindOf(path);
  if (found === kind) return;
  throw new InputError(`${path}: ${found === null ? 'there is no such' : `is a ${found}, expected a`} ${kind}.${hint && ` ${hint}`}`);
}

/** @throws InputError where the data of a command that takes model and data go before the model */
export function checkOrder(command: string, model: string, data: string): void {
  const isModel = (path: string): boolean => /\.onnx$/i.test(path);
  if (isModel(data) && !isModel(model))
    throw new InputError(`${model} ${data}: the model goes before the data: tfjs-mvl ${command} ${data} ${model}`);
}

/** Writes text to a file, as a whole or not at all, or to standard output where there is no path. */
export async function writeText(path: string | undefined, text: string, stdout: { write(text: string): unknown }): Promise<void> {
  if (path === undefined) stdout.write(text);
  else await writeAtomically(path, text);
}
