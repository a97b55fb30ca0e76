import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { codeBlocks } from '../../support/readme.ts';
import { GOLDENS } from './measure.ts';
import { WASM_CANNOT } from './wasmCannot.ts';

const DOCUMENT = 'docs/gradients.md';

describe('docs/gradients.md', () => {
  const text = readFileSync(DOCUMENT, 'utf8');
  const rows = new Map(
    text.split('\n').flatMap((line) => (/^\| .* \|$/.test(line) ? [[line.split(' | ')[0].slice(2), line.split(' | ')]] : [])),
  );

  it('has a row for every measured case, none above the tolerance', () => {
    for (const name of Object.keys(GOLDENS)) {
      const repaired = rows.get(name)?.slice(4, 8).map(Number);
      expect(repaired).toHaveLength(4);
      expect(Math.max(...(repaired ?? [Number.NaN]))).toBeLessThanOrEqual(1e-5);
    }
  });

  it('names what wasm cannot do', () => {
    for (const [name, reason] of Object.entries(WASM_CANNOT)) expect(text).toContain(`- ${name}: ${reason}.`);
  });

  it('prints what its first lines say', () => {
    const [code] = codeBlocks(DOCUMENT, 'js');
    const folder = resolve('node_modules/.cache');
    mkdirSync(folder, { recursive: true });
    const program = join(folder, 'gradients.mjs');
    writeFileSync(program, code.replace("'tfjs-mvl'", `'${pathToFileURL(resolve('plugin/index.ts')).href}'`));
    const printed = execFileSync(process.execPath, ['--import', 'tsx', program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    const numbers = printed.split('\n').filter((line) => /^\d\.\d{4}$/.test(line));
    const t = Math.tanh(0.5);
    expect(numbers).toEqual([(1 - t * t).toFixed(4), ((1 - t * t) * (1 - t)).toFixed(4)]);
    expect(code).toContain(`// ${numbers[0]}:`);
    expect(code).toContain(`// ${numbers[1]} =`);
  });
});
