import { readFileSync } from 'node:fs';
import { describe, expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as mvl from '../../plugin/index.ts';
import { logNormal } from '../support/gaussians.ts';
import { codeBlocks } from '../support/readme.ts';

describe('the snippets of docs/diagnostics.md', () => {
  const [chains, fit, frechet, annealing] = codeBlocks('docs/diagnostics.md', 'js');
  /** A block within a list. */
  const [, onSimplex] = /^ {2}```js\n([\s\S]*?)^ {2}```$/m.exec(readFileSync('docs/diagnostics.md', 'utf8')) as RegExpExecArray;

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

  it('sample the simplex on its sphere: Dirichlet marginals', async () => {
    const code = onSimplex.replace(/^ {2}/gm, '');
    const { p } = (await run(code, '{ p }')) as unknown as { p: tf.Tensor2D };
    const rows = p.arraySync();
    const [alpha, total] = [[2, 3, 4], 9];
    for (const [i, a] of alpha.entries()) {
      const values = rows.map((row) => row[i]);
      const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
      const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
      // Beta(a, 9 − a) of 1000 independent chains: deviations of mean and variance are 1/32 of √variance, and about 4.5 %.
      const expected = (a * (total - a)) / (total ** 2 * (total + 1));
      expect(Math.abs(mean - a / total)).toBeLessThan(4 * Math.sqrt(expected / 1000));
      expect(Math.abs(variance / expected - 1)).toBeLessThan(0.18);
    }
    expect(() => mvl.mala(mvl.simplex(2))).toThrow(/reflect at a boundary, as on a simplex, .*run on the sphere of √p/);
  });

  it('test a fit', async () => {
    const log = jest.spyOn(console, 'log').mockImplementation(() => {});
    await run(fit, 'null');
    const [fits, shifted] = log.mock.calls[0] as number[];
    log.mockRestore();
    expect(fits).toBeGreaterThan(0.05);
    expect(shifted).toBeCloseTo(1 / 501, 12);
  });

  it('measure how far apart two laws are', async () => {
    const found = (await run(frechet, '{ distance, bias, standardError, interval }')) as unknown as mvl.FrechetDistance;
    const truth = 4 * (0.5 ** 2 + 0.2 ** 2);
    expect(Math.abs(found.distance - found.bias - truth)).toBeLessThan(3 * found.standardError);
    expect(found.standardError).toBeLessThan(0.1 * truth);
    expect(found.bias).toBeGreaterThan(0);
    expect(found.interval[1]).toBeGreaterThan(truth);
  });
});
