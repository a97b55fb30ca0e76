import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { effectiveSampleSize } from '../../metrics/effectiveSampleSize.ts';
import { inverseNormal } from '../../metrics/inverseNormal.ts';
import { rHat } from '../../metrics/rHat.ts';
import { randomStream } from '../../random/stream.ts';

interface Case {
  readonly name: string;
  readonly chains: number[][];
  readonly ess: Record<'bulk' | 'tail' | 'mean', number>;
  readonly rHat: number;
}

/** What arviz and scipy say; see test/golden/diagnostics.py. */
const golden = JSON.parse(readFileSync(new URL('../golden/diagnostics.json', import.meta.url), 'utf8')) as {
  readonly cases: Case[];
  readonly normal: [number, number][];
};

describe('inverseNormal', () => {
  it.each(golden.normal)('of %d is that of scipy', (p, expected) => {
    // Both claim 1e-16; near p = 1 the rounding of p itself is magnified by 1e-16 / φ(x) = 1e-5.
    expect(Math.abs(inverseNormal(p) - expected)).toBeLessThan(1e-14 * Math.max(1, Math.abs(expected)));
  });
});

// The same sums in another order: 1e-15 a term, over a few hundred terms that cancel by a factor of ten or so.
const close = (found: number, expected: number) => expect(Math.abs(found / expected - 1)).toBeLessThan(1e-11);

describe.each(golden.cases)('chains: $name', ({ chains, ess, rHat: expected }) => {
  it.each(['bulk', 'tail', 'mean'] as const)('have the effective sample size of arviz: %s', (kind) => {
    close(effectiveSampleSize(chains, { kind }), ess[kind]);
  });

  it('have the R̂ of arviz', () => close(rHat(chains), expected));
});

describe('effectiveSampleSize and rHat', () => {
  const { chains, ess, rHat: expected } = golden.cases[0];

  it('take arrays, typed arrays and tensors; `bulk` unless told', () => {
    const typed = chains.map((row) => Float64Array.from(row));
    close(effectiveSampleSize(typed), ess.bulk);
    close(rHat(typed), expected);
    // Ranks do not change under the rounding to float32.
    const tensor = tf.tensor2d(chains);
    const before = tf.memory().numTensors;
    close(effectiveSampleSize(tensor), ess.bulk);
    close(rHat(tensor), expected);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('take a single flat chain', () => {
    const one = golden.cases.find(({ name }) => name === 'one chain') as Case;
    for (const flat of [one.chains[0], Float64Array.from(one.chains[0]), tf.tensor1d(one.chains[0])]) {
      close(effectiveSampleSize(flat), one.ess.bulk);
      close(rHat(flat), one.rHat);
    }
  });

  it('of an autoregressive chain is n (1 − ρ)/(1 + ρ)', () => {
    const { gaussian } = randomStream(3);
    const rho = 0.8;
    let x = gaussian();
    const chain = Float64Array.from({ length: 40_000 }, () => (x = rho * x + Math.sqrt(1 - rho ** 2) * gaussian()));
    // Autocorrelations summed to about 20 lags: relative deviation √(2(2·20 + 1)/n) = 4.5 % (Sokal 1997).
    expect(Math.abs(effectiveSampleSize(chain, { kind: 'mean' }) / ((40_000 * (1 - rho)) / (1 + rho)) - 1)).toBeLessThan(0.15);
  });

  it('of constant chains are the number of draws and NaN, of chains stuck in different places few and huge', () => {
    const constant = [Array(10).fill(2), Array(10).fill(2)] as number[][];
    expect(effectiveSampleSize(constant)).toBe(20);
    expect(rHat(constant)).toBeNaN();
    const stuck = [Array(100).fill(1), Array(100).fill(2)] as number[][];
    expect(effectiveSampleSize(stuck)).toBeLessThan(8);
    expect(rHat(stuck)).toBeGreaterThan(1e6);
  });

  it('refuse what is no set of chains', () => {
    expect(() =>
      rHat([
        [1, 2, 3, 4],
        [1, 2, 3],
      ]),
    ).toThrow('rHat: chain 1 has 3 draws, chain 0 has 4; cut them to one length.');
    expect(() => rHat([[1, 2, Number.NaN, 4]])).toThrow('rHat: draw 2 of chain 0 is NaN; expected finite numbers.');
    expect(() =>
      effectiveSampleSize([
        [1, 2],
        [3, 4],
      ]),
    ).toThrow('chains of at least 4 draws; got 2. Are rows chains, not draws?');
    expect(() => effectiveSampleSize(tf.zeros([2, 5, 3]))).toThrow('got [2, 5, 3]. Diagnose columns one by one.');
    for (const nonsense of [[], 'chains', [['a']], null])
      expect(() => rHat(nonsense as unknown as number[])).toThrow(/rows of numbers, one for each chain/);
    expect(() => effectiveSampleSize(tf.zeros([2, 0]))).toThrow('got 0');
    expect(() => effectiveSampleSize(chains, { kind: 'head' as 'tail' })).toThrow('unknown kind "head"; expected one of bulk, tail, mean.');
  });
});
