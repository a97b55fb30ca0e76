import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { codeBlocks } from './support/readme.ts';

const SOURCES: Readonly<Record<string, string>> = {
  'tfjs-mvl': 'plugin/index.ts',
  'tfjs-mvl/models': 'models/index.ts',
  'tfjs-mvl/exporters': 'exporters/index.ts',
  'tfjs-mvl/runtime': 'runtime/index.ts',
};

describe('README', () => {
  it('has ten lines that work as pasted', () => {
    const [code] = codeBlocks('README.md', 'js');
    const folder = resolve('node_modules/.cache');
    mkdirSync(folder, { recursive: true });
    const program = join(folder, 'readme.mjs');
    writeFileSync(
      program,
      code.replaceAll(/'(tfjs-mvl(?:\/\w+)?)'/g, (_, name) => `'${pathToFileURL(resolve(SOURCES[name])).href}'`),
    );
    const printed = execFileSync(process.execPath, ['--import', 'tsx', program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    const [, north, south] = printed.match(/energy in the north (\S+), in the south (\S+) nats/)!.map(Number);
    // The law of the points has log p(north) − log p(south) = 3.24 nats (∫r² exp(−r²/2 ± r) dr); 40 steps must find at least its sign.
    expect(south - north).toBeGreaterThan(1);
    expect(printed).toMatch(/Float32Array\(9\)/);
  });

  it('names the two commands, which package.json has', () => {
    const commands = codeBlocks('README.md', 'sh').flatMap((block) => block.trim().split('\n'));
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(commands.filter((line) => line.startsWith('npm ci'))).toEqual(['npm ci && npm run demo', 'npm ci && npm test']);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['demo', 'test']));
  });
});

const relativeLinks = (document: string): string[] =>
  [...readFileSync(document, 'utf8').matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
    .map(([, target]) => decodeURI(target))
    .filter((target) => !/^(https?|mailto):/.test(target));

describe('documents', () => {
  const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md') && !file.startsWith('api'))
    .map((file) => join('docs', file));

  it.each(['README.md', 'CONTRIBUTING.md', ...pages])('%s: every file that it links to is there', (document) => {
    expect(relativeLinks(document).filter((file) => !existsSync(join(dirname(document), file)))).toEqual([]);
  });

  it('are all listed in docs/README.md', () => {
    const listed = relativeLinks('docs/README.md').map((file) => join('docs', file));
    expect(['docs/README.md', ...listed]).toEqual(expect.arrayContaining(pages));
  });
});
