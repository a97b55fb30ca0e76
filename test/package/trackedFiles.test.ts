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

/** null where there is no list: in an archive without its .git folder, or on a machine without git. */
function trackedFiles(): string[] | null {
  try {
    const list = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return list.split('\0').filter((file) => file !== '' && existsSync(file));
  } catch {
    return null;
  }
}

const files = trackedFiles() ?? [];
const inClone = files.length > 0 ? describe : describe.skip;

inClone('tracked files', () => {
  it('hold no build output and no scratch', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => /^(dist|coverage|node_modules|\.venv|docs\/api)\/|\.(tgz|log|tmp)$/.test(file))).toEqual([]);
  });

  it.each(Object.keys(FORBIDDEN))('do not mention %s', (what) => {
    const found = files.filter((file) => !BINARY.test(file)).filter((file) => FORBIDDEN[what].test(readFileSync(file, 'utf8')));
    expect(found).toEqual([]);
  });
});
