import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { KernelResult } from './kernels.ts';
import type { Result } from './train.ts';

/** Of one set under one seed; what is absent was not run yet. */
export interface Run {
  kde?: KernelResult;
  kdeOverUniform?: KernelResult;
  model?: Result;
}

export interface Ablation {
  readonly set: string;
  readonly seed: number;
  readonly what: string;
  readonly validationNll: number;
  readonly testNll: number;
  readonly seconds: number;
}

export interface EarthResults {
  readonly runs: Record<string, Run>;
  readonly ablations: Record<string, Ablation>;
}

const FILE = new URL('../results/earth.json', import.meta.url);

export const readResults = (): EarthResults & Record<string, unknown> =>
  existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : { runs: {}, ablations: {} };

/** Reads the file anew, changes it and puts it back in one move, so that two processes with different parts to do may share it. */
export function updateResults(change: (results: EarthResults & Record<string, unknown>) => void): void {
  const results = readResults();
  change(results);
  const part = new URL(`${FILE}.${process.pid}`);
  writeFileSync(part, `${JSON.stringify(results, null, 2)}\n`);
  renameSync(part, FILE);
}
