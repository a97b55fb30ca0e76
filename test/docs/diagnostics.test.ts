import { describe, expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as mvl from '../../plugin/index.ts';
import { logNormal } from '../support/gaussians.ts';
import { codeBlocks } from '../support/readme.ts';

describe('the snippets of docs/diagnostics.md', () => {
  const [chains, fit, annealing] = codeBlocks('docs/diagnostics.md', 'js');

  /** Runs a snippet with the names that it imports, and gives what it declares. */
  async function run(code: string, result: string): Promise<Record<string, number>> {
    const AsyncFunction = (async () => {}).constructor as new (...source: string[]) => (...values: unknown[]) => Promise<unknown>;
    const names = { tf, ...mvl };
    const body = `${code.replace(/^import .*$/gm, '')}\nreturn ${result};`;
    return (await new AsyncFunction(...Object.keys(names), body)(...Object.values(names))) as Record<string, number>;
  }

  it('estimate a mean with its standard error', async () => {
    const { mixed, size, mean, standardError } = await run(chains, '{ mixed, size, mean, standardError }');
    expect(mixed).toBeLessThan(1.05);
    expect(size).toBeGreaterThan(100);
    expect(Math.abs(mean - (1 / Math.tanh(2) - 1 / 2))).toBeLessThan(3 * standardError);
  });

  it('bound log p(x) from both sides', async () => {
    const log = jest.spyOn(console, 'log').mockImplementation(() => {});
    const { estimates, x } = (await run(annealing, '{ estimates, x }')) as unknown as {
      estimates: mvl.AnnealingEstimate[];
      x: tf.Tensor2D;
    };
    log.mockRestore();
    // p(x) = N(0, WWᵀ + ¼ I).
    const W = [
      [1, 0.5],
      [-0.7, 1.2],
      [0.3, 0.4],
    ];
    const C = W.map((a, i) => W.map((b, j) => a[0] * b[0] + a[1] * b[1] + (i === j ? 0.25 : 0)));
    for (const [g, row] of x.arraySync().entries()) {
      const truth = logNormal(row, C);
      expect(estimates[g].lower).toBeLessThan(truth);
      expect(estimates[g].upper).toBeGreaterThan(truth);
      expect((estimates[g].upper as number) - estimates[g].lower).toBeLessThan(2);
    }
  });

  it('test a fit', async () => {
    const log = jest.spyOn(console, 'log').mockImplementation(() => {});
    await run(fit, 'null');
    const [fits, shifted] = log.mock.calls[0] as number[];
    log.mockRestore();
    expect(fits).toBeGreaterThan(0.05);
    expect(shifted).toBeCloseTo(1 / 501, 12);
  });
});
