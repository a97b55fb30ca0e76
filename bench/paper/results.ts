import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Models and checkpoints of the cells; not kept in the repository. */
export const RUNS = fileURLToPath(new URL('./runs', import.meta.url));

const FOLDER = fileURLToPath(new URL('../results/paper', import.meta.url));
const pathOf = (name: string): string => `${FOLDER}/${name}.json`;

export const hasResult = (name: string): boolean => existsSync(pathOf(name));
export const readResult = <Result>(name: string): Result => JSON.parse(readFileSync(pathOf(name), 'utf8'));

/** Writes a cell's result in one move. */
export function writeResult(name: string, result: object): void {
  mkdirSync(FOLDER, { recursive: true });
  const part = `${pathOf(name)}.${process.pid}`;
  writeFileSync(part, `${JSON.stringify(result, null, 2)}\n`);
  renameSync(part, pathOf(name));
}
