import { expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as mvl from '../../plugin/index.ts';
import { codeBlocks } from '../support/readme.ts';

it('the snippets of docs/layers.md train a network whose energy is low where the points are', async () => {
  const body = codeBlocks('docs/layers.md', 'js')
    .map((code) => code.replace(/^import .*$/gm, ''))
    .join('\n');
  const AsyncFunction = (async () => {}).constructor as new (...source: string[]) => (...values: unknown[]) => Promise<unknown>;
  const names = { tf, ...mvl };
  const log = jest.spyOn(console, 'log').mockImplementation(() => {});
  const run = new AsyncFunction(...Object.keys(names), `${body}\nreturn model;`);
  const model = (await run(...Object.values(names))) as mvl.EnergyModel;
  expect(log).toHaveBeenCalledTimes(1);
  log.mockRestore();
  const [north, south] = model
    .energy([
      [0, 0, 1],
      [0, 0, -1],
    ])
    .dataSync();
  // The true difference is 3.2 nats; smoothing and few epochs leave some of it.
  expect(south - north).toBeGreaterThan(1);
});
