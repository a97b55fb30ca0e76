import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { asInput, EXIT, exitCodeOf, InputError, Interrupted } from '../../cli/errors.ts';
import { checkInput, checkOutput, writeText } from '../../cli/files.ts';
import { progressBar } from '../../cli/progress.ts';
import { workFolder } from './support.ts';

const work = workFolder();
afterAll(work.remove);
const file = work.write('file', 'x');
mkdirSync(work.path('folder'));

describe('checkOutput', () => {
  it('takes files and folders, new and old', async () => {
    await checkOutput('--out', file);
    await checkOutput('--out', work.path('new'));
    await checkOutput('--save-dir', work.path('folder'), 'folder');
    await checkOutput('--save-dir', work.path('other'), 'folder');
    await checkOutput('--out', 'no-folder-named');
  });

  it.each([
    ['a missing folder', 'absent/model.onnx', 'file', /--out .*: there is no folder .*absent; make it first\./],
    ['a file as a folder', 'file/model.onnx', 'file', /file is not a folder\./],
    ['a folder as a file', 'folder', 'file', /is a folder; give the name of a file\./],
    ['a file as a folder to save in', 'file', 'folder', /is a file; give the name of a folder\./],
  ] as const)('refuses %s', async (_, name, kind, message) => {
    const refusal = checkOutput('--out', work.path(name), kind);
    await expect(refusal).rejects.toThrow(InputError);
    await expect(refusal).rejects.toThrow(message);
  });

  // Root may write anywhere.
  (process.getuid?.() === 0 ? it.skip : it)('refuses folders that it may not write into', async () => {
    chmodSync(work.path('folder'), 0o500);
    await expect(checkOutput('--out', work.path('folder/model.onnx'))).rejects.toThrow(/no permission to write/);
    chmodSync(work.path('folder'), 0o700);
  });
});

describe('inputs and results', () => {
  it('checkInput says what is there instead', async () => {
    await checkInput(file, 'file');
    await expect(checkInput(work.path('absent'), 'file', 'Export one.')).rejects.toThrow(/there is no such file\. Export one\./);
    await expect(checkInput(file, 'folder')).rejects.toThrow(/is a file, expected a folder\./);
  });

  it('writeText writes to a file or to standard output', async () => {
    const written: string[] = [];
    await writeText(undefined, 'a', { write: (text) => written.push(text) });
    await writeText(work.path('out'), 'b', { write: (text) => written.push(text) });
    expect(written).toEqual(['a']);
    expect(readFileSync(work.path('out'), 'utf8')).toBe('b');
  });

  it('errors have their exit codes', async () => {
    expect([new InputError('a'), new Interrupted('b'), new Error('c')].map(exitCodeOf)).toEqual([
      EXIT.usage,
      EXIT.interrupted,
      EXIT.failure,
    ]);
    await expect(asInput(() => Promise.reject(new RangeError('no')))).rejects.toThrow(InputError);
    const own = new InputError('own');
    await expect(asInput(() => Promise.reject(own))).rejects.toBe(own);
  });
});

describe('progressBar', () => {
  const draw = async (isTTY: boolean) => {
    const written: string[] = [];
    const stderr = { isTTY, columns: 80, write: (text: string) => written.push(text) };
    const bar = await progressBar({ stdout: { write: () => {} }, stderr }, 'sampling');
    bar.update(1, 2);
    bar.update(2, 2);
    bar.stop();
    return written.join('');
  };

  it('shows on a terminal', async () => {
    expect(await draw(true)).toMatch(/sampling █+ 2\/2/);
  });

  it('is silent elsewhere', async () => {
    expect(await draw(false)).toBe('');
  });
});
