import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../cli/run.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in this process. */
export async function tfjsMvl(...argv: string[]): Promise<Outcome> {
  const text = { stdout: '', stderr: '' };
  const io = {
    stdout: {
      write: (chunk: string) => {
        text.stdout += chunk;
      },
    },
    stderr: {
      write: (chunk: string) => {
        text.stderr += chunk;
      },
    },
  };
  return { code: await run(argv, io), ...text };
}

/** The numbers of a CSV text, below its header. */
export const numbersIn = (csv: string): number[][] =>
  csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number));

/** A temporary folder, and files in it. */
export function workFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-mvl-cli-'));
  const path = (name: string) => join(folder, name);
  return {
    path,
    write: (name: string, content: string | Uint8Array): string => {
      writeFileSync(path(name), content);
      return path(name);
    },
    list: () => readdirSync(folder).sort(),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
