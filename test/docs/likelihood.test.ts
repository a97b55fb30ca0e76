import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { compile } from '../../exporters/index.ts';
import * as mvl from '../../plugin/index.ts';

it('the snippet of docs/likelihood.md runs, and its numbers make sense', async () => {
  const [, code] = /```js\n(.*?)```/s.exec(readFileSync('docs/likelihood.md', 'utf8')) as unknown as [string, string];
  const AsyncFunction = (async () => {}).constructor as new (...source: string[]) => (...values: unknown[]) => Promise<unknown>;
  const names = { tf, ort, compile, ...mvl };
  const body = `${code.replace(/^import .*$/gm, '')}\nreturn { logZ, same, nll, kl, baseline };`;
  const found = (await new AsyncFunction(...Object.keys(names), body)(...Object.values(names))) as Record<string, number>;
  expect(Number.isFinite(found.logZ)).toBe(true);
  expect(Math.abs(found.same - found.logZ)).toBeLessThan(1e-5);
  for (const key of ['nll', 'baseline']) expect(found[key]).toBeLessThan(Math.log(4 * Math.PI) - 0.3);
  expect(found.kl).toBeGreaterThan(0);
  expect(found.kl).toBeLessThan(1);
});
