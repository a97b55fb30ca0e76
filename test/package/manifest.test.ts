import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { VERSION } from '../../plugin/version.ts';
import { importsOf, sourcesUnder } from '../support/sources.ts';

interface Manifest {
  readonly version: string;
  readonly main: string;
  readonly module: string;
  readonly types: string;
  readonly files: readonly string[];
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, Readonly<Record<string, string>>>>>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const manifest: Manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const buildConfig = readFileSync('tsdown.config.ts', 'utf8');

/** `{ index: 'plugin/index.ts', … }` as the build has it. */
const entries = Object.fromEntries([...buildConfig.matchAll(/(\w+): '(\w+\/index\.ts)'/g)].map(([, name, source]) => [name, source]));

describe('package.json', () => {
  it('exports just what the build makes, as ESM and CJS with types', () => {
    const { './package.json': self, ...subpaths } = manifest.exports;
    expect(self).toBe('./package.json');
    const { cli, ...library } = entries;
    expect(cli).toBe('cli/index.ts');
    const expected = Object.keys(library).map((name) => [
      name === 'index' ? '.' : `./${name}`,
      {
        import: { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
        require: { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` },
      },
    ]);
    expect(subpaths).toEqual(Object.fromEntries(expected));
    expect([manifest.main, manifest.module, manifest.types]).toEqual(['./dist/index.cjs', './dist/index.js', './dist/index.d.cts']);
  });

  it('is built from entries that exist, the command with a shebang', () => {
    expect(Object.keys(entries).sort()).toEqual(['cli', 'exporters', 'index', 'models', 'runtime']);
    for (const source of Object.values(entries)) expect(existsSync(source)).toBe(true);
    expect(manifest.bin).toEqual({ 'tfjs-mvl': './dist/cli.js' });
    expect(readFileSync('cli/index.ts', 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it('has the version that models and files are stamped with', () => {
    expect(VERSION).toBe(manifest.version);
  });

  it('ships the build and the notices, nothing else', () => {
    expect(manifest.files).toEqual(['dist', 'CHANGELOG.md', 'NOTICE']);
    expect(existsSync('LICENSE') && existsSync('NOTICE')).toBe(true);
  });

  it('declares every package that its code imports', () => {
    const allowed = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies), 'onnx-buf']);
    const shipped = sourcesUnder('plugin', 'models', 'metrics', 'exporters', 'runtime', 'random', 'cli');
    const packages = shipped.flatMap((file) =>
      importsOf(file)
        .map(({ from }) => from)
        .filter((from) => !/^(\.|node:)/.test(from))
        .map((from) => ({ file, name: from.match(/^(@[^/]+\/)?[^/]+/)![0] })),
    );
    expect(packages.length).toBeGreaterThan(10);
    expect(packages.filter(({ name }) => !allowed.has(name))).toEqual([]);
  });
});
