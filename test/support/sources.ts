import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** All TypeScript files under the folders, as paths from the root of the project. */
export const sourcesUnder = (...folders: readonly string[]): string[] =>
  folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file)),
  );

export interface Import {
  readonly from: string;
  /** Erased by the compiler. */
  readonly typeOnly: boolean;
}

const STATEMENT = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g;

/** What a file imports, or exports again from elsewhere. */
export function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const statements = [...text.matchAll(STATEMENT)].map(([, type, from]) => ({ from, typeOnly: type !== undefined }));
  const dynamic = [...text.matchAll(DYNAMIC)].map(([, from]) => ({ from, typeOnly: false }));
  return [...statements, ...dynamic];
}
