import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { apart, entropyPlot } from '../../../bench/entropy/plot.ts';
import { isFinished, keepResult, type MethodResult, readResults } from '../../../bench/entropy/results.ts';

const resultOf = (nlls: readonly number[], more: Partial<MethodResult> = {}): MethodResult => ({
  command: '',
  plan: { seconds: 30, evaluations: 3, images: 200 },
  startSeconds: 1,
  steps: 100,
  millisecondsPerStep: 5,
  curve: nlls.map((nll, i) => ({ seconds: 10 * (i + 1), steps: 100, nll, standardError: 1, chainError: 0.1, reconstruction: 80 })),
  settings: {},
  versions: {},
  ...more,
});

describe('the results', () => {
  it('are kept by method, in one move', () => {
    const folder = mkdtempSync(join(tmpdir(), 'entropy-'));
    const path = join(folder, 'entropy.json');
    expect(readResults(path).methods).toEqual({});
    keepResult('mvl', resultOf([120]), path);
    keepResult('ssm', resultOf([130, 110]), path);
    keepResult('mvl', resultOf([120, 105]), path);
    const { methods } = readResults(path);
    expect(Object.values(methods).map(({ curve }) => curve.map(({ nll }) => nll))).toEqual([
      [120, 105],
      [130, 110],
    ]);
    expect(readdirSync(folder)).toEqual(['entropy.json']);
  });

  it('are finished with all points of the same plan, or where training diverged', () => {
    const { plan } = resultOf([]);
    expect(isFinished(undefined, plan)).toBe(false);
    expect(isFinished(resultOf([1, 2]), plan)).toBe(false);
    expect(isFinished(resultOf([1, 2, 3]), plan)).toBe(true);
    expect(isFinished(resultOf([1, 2, 3]), { ...plan, images: 100 })).toBe(false);
    expect(isFinished(resultOf([1], { diverged: 'at step 7' }), plan)).toBe(true);
  });
});

describe('the plot', () => {
  it('has a curve and a name for each method', () => {
    const svg = entropyPlot({ mvl: resultOf([120, 105, 100]), dsm: resultOf([125, 110], { diverged: 'at step 7' }), ssm: resultOf([]) });
    expect(svg).toContain('minimum velocity');
    expect(svg).toContain('denoising score matching (diverged)');
    expect(svg).not.toContain('sliced');
    expect(svg).toContain('xmlns="http://www.w3.org/2000/svg"');
    expect(svg.match(/<circle/g)).toHaveLength(5);
    expect(() => entropyPlot({ ssm: resultOf([]) })).toThrow(/no curves yet/);
  });

  it('moves names apart', () => {
    expect(apart([1, 9, 5], 2)).toEqual([1, 9, 5]);
    const moved = apart([5, 5.1, 4.9, 20], 1);
    expect(moved[2]).toBeLessThan(moved[0]);
    expect(moved[0] - moved[2]).toBeCloseTo(1);
    expect(moved[1] - moved[0]).toBeCloseTo(1);
    expect(moved[0]).toBeCloseTo(5);
    expect(moved[3]).toBe(20);
  });
});
