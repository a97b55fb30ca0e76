type Modules = {
  'node:fs/promises': typeof import('node:fs/promises');
  'node:path': typeof import('node:path');
  'node:module': typeof import('node:module');
  'cli-progress': typeof import('cli-progress');
  'csv-parse': typeof import('csv-parse');
  jimp: typeof import('jimp');
};

/** Whether this runs in Node, where files, signals and terminals are. */
export const inNode = (): boolean => typeof process !== 'undefined' && process.versions?.node !== undefined;

/**
 * Imports a module that only Node has, on first use. The name reaches `import` as a value, so that bundlers for browsers leave it alone.
 *
 * @throws outside Node, naming what was asked for
 */
export async function nodeModule<Name extends keyof Modules>(name: Name, purpose: string): Promise<Modules[Name]> {
  if (!inNode()) throw new Error(`${purpose} needs Node.`);
  const specifier: string = name;
  const module = await import(/* @vite-ignore */ /* webpackIgnore: true */ specifier);
  return module.default ?? module;
}
