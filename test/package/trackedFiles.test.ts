import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** What would tie the project to one machine. Written in pieces, so that this file does not find itself. */
const FORBIDDEN: Readonly<Record<string, RegExp>> = {
  'a path of one machine': new RegExp(`(?<![\\w.])/(${['work', 'root', 'home/\\w+', 'Users/\\w+'].join('|')})/`),
  'a folder that no user has': new RegExp(`\\b${'shared'}/(design|data|tools|hooks)\\b`),
  'the address of a registry': new RegExp(['registry\\.npmjs', 'registry\\.yarnpkg', 'pypi\\.org/simple'].join('|')),
};

const BINARY = /\.(png|onnx|bin|woff2?|ttf)$/;

// An archive downloaded without its .git folder has no list of tracked files.
const inClone = existsSync('.git') ? describe : describe.skip;

inClone('tracked files', () => {
  const tracked = existsSync('.git') ? execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0') : [];
  const files = tracked.filter((file) => file !== '' && existsSync(file));

  it('hold no build output and no scratch', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => /^(dist|coverage|node_modules|\.venv|docs\/api)\/|\.(tgz|log|tmp)$/.test(file))).toEqual([]);
  });

  it.each(Object.keys(FORBIDDEN))('do not mention %s', (what) => {
    const found = files.filter((file) => !BINARY.test(file)).filter((file) => FORBIDDEN[what].test(readFileSync(file, 'utf8')));
    expect(found).toEqual([]);
  });
});
