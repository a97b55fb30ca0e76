import { expect, it } from '@jest/globals';
import { build } from 'esbuild';

it('`--help` loads no heavy package: they are imported where a command needs them', async () => {
  const { metafile } = await build({
    entryPoints: ['cli/index.ts'],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outdir: 'dist',
    metafile: true,
    write: false,
  });
  const packages = new Set<string>();
  const visit = (output: string): void => {
    for (const { path, kind, external } of metafile.outputs[output].imports) {
      if (kind !== 'import-statement') continue;
      if (external) packages.add(path);
      else visit(path);
    }
  };
  visit('dist/index.js');
  expect([...packages].filter((name) => !name.startsWith('node:')).sort()).toEqual(['commander']);
});
