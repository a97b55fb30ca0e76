import { expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as mvl from '../../plugin/index.ts';
import { codeBlocks } from '../support/readme.ts';

it('the snippet of docs/scores.md estimates a mutual information that is known', async () => {
  const [code] = codeBlocks('docs/scores.md', 'js');
  const AsyncFunction = (async () => {}).constructor as new (...source: string[]) => (...values: unknown[]) => Promise<unknown>;
  const body = `${code.replace(/^import .*$/gm, '')}\nreturn { value, standardError };`;
  jest.spyOn(console, 'log').mockImplementation(() => {});
  const run = new AsyncFunction('tf', ...Object.keys(mvl), body);
  const { value, standardError } = (await run(tf, ...Object.values(mvl))) as { value: number; standardError: number };
  expect(standardError).toBeLessThan(0.05);
  expect(Math.abs(value + 0.5 * Math.log(1 - 0.8 ** 2))).toBeLessThan(3 * standardError);
});
