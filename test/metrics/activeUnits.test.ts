import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { activeUnits } from '../../metrics/activeUnits.ts';
import { explicitVae, mlpNetworks } from '../../models/index.ts';
import type { Points } from '../../plugin/energy/points.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { randomStream } from '../../random/stream.ts';

/** D draws of n codes μᵢₖ + ξ with deviations s of the means and t of the noise, for each column. */
function normalCodes(D: number, n: number, columns: readonly (readonly [s: number, t: number])[]): number[][][] {
  const { gaussian } = randomStream(1, 7);
  const means = Array.from({ length: n }, () => columns.map(([s]) => s * gaussian()));
  return Array.from({ length: D }, () => means.map((row) => row.map((mean, k) => mean + columns[k][1] * gaussian())));
}

describe('activeUnits', () => {
  it('takes the noise of the draws out of the variance of their means', async () => {
    // Means 0, 2, 4 have the variance 4. Draws ½ above and below them have the variance ½, and half of it goes. The other column's means
    // are all 1, and 0 − 9 is left.
    const draws = [0.5, -0.5].map((e) => [0, 2, 4].map((mean) => [mean + e, 1 + 6 * e]));
    const { active, variances } = await activeUnits(draws);
    expect(Array.from(variances)).toEqual([4 - 0.25, -9]);
    expect(active).toBe(1);
  });

  it('finds the variances of normal means in the mean, and that noise alone is none', async () => {
    const [D, n] = [4, 20_000];
    const columns = [
      [0, 1],
      [0.3, 1],
      [1, 0.1],
      [0, 0.2],
    ] as const;
    const { active, variances } = await activeUnits(normalCodes(D, n, columns));
    for (const [k, [s, t]] of columns.entries()) {
      // The deviation of the variance of n normal means, which is nearly all of it.
      const deviation = (s ** 2 + t ** 2 / D) * Math.sqrt(2 / n);
      expect(Math.abs(variances[k] - s ** 2)).toBeLessThan(4 * deviation);
    }
    expect(active).toBe(2);
  });

  it('has a threshold', async () => {
    const draws = [0, 0].map(() => [
      [0, 0],
      [0.2, 2],
    ]);
    expect((await activeUnits(draws)).active).toBe(2);
    // Variances 0.02 and 2.
    expect((await activeUnits(draws, { threshold: 0.03 })).active).toBe(1);
    expect((await activeUnits(draws, { threshold: 3 })).active).toBe(0);
  });

  it('measures columns of a sphere by those of uniform points', async () => {
    // ±e₁, ±e₂, ±e₃: variances ⅖ each, 3 · ⅖ in units of ⅓.
    const points = [0, 1, 2].flatMap((k) => [1, -1].map((sign) => [0, 1, 2].map((i) => (i === k ? sign : 0))));
    const scaled = await activeUnits([points, points], { latent: sphere(2) });
    for (const variance of scaled.variances) expect(variance).toBeCloseTo(6 / 5, 12);
    for (const { variances } of [await activeUnits([points, points]), await activeUnits([points, points], { latent: euclidean(3) })])
      for (const variance of variances) expect(variance).toBeCloseTo(2 / 5, 12);
  });

  it("agrees with an encoder's own means, in tensors, and leaves none behind", async () => {
    const model = explicitVae({ latent: euclidean(3), columns: 5, networks: mlpNetworks({ hidden: [8] }), seed: 2 });
    const [n, D] = [600, 10];
    const x = tf.randomUniform([n, 5], 0, 1, 'float32', 3);
    const draws = Array.from({ length: D }, (_, seed) => model.encode(x, { seed }));
    const before = tf.memory().numTensors;
    const { variances } = await activeUnits(draws);
    expect(tf.memory().numTensors).toBe(before);
    const expected = tf.tidy(() => {
      const means = model.encode(x, { noise: tf.zeros([n, model.encoderNoise]) });
      return (tf.moments(means, 0).variance.arraySync() as number[]).map((variance) => (variance * n) / (n - 1));
    });
    for (const [k, variance] of expected.entries()) {
      // Posterior deviations are about 1. The means of D draws times the true ones have the deviation 2 √(v/Dn), their own variance one of
      // √(2/n)/D; the variance of D draws that goes, 1/D, is more than twice the tolerance.
      const deviation = Math.hypot(2 * Math.sqrt(variance / (D * n)), Math.sqrt(2 / n) / D);
      expect(4 * deviation).toBeLessThan(0.5 / D);
      expect(Math.abs(variances[k] - variance)).toBeLessThan(4 * deviation);
    }
    model.dispose();
    tf.dispose([x, ...draws]);
  });

  it.each<[string, unknown, RegExp]>([
    ['one draw', [[[1], [2]]], /expected codes drawn at least twice for the same rows, .*; got 1 of them/],
    ['a tensor', tf.zeros([2, 3, 1]), /expected codes drawn at least twice .*; got object/],
    ['null', null, /got null/],
    ['draws of other rows', [[[1], [2]], [[1]]], /draw 1 has codes \[1, 1\], draw 0 has \[2, 1\]; expected the same rows in each/],
    ['one row', [[[1]], [[1]]], /expected codes of at least two rows; got 1/],
    ['words', [['a'], ['b']], /codes\[0\]/],
    [
      'what is no number, in a tensor',
      [0, 1].map(() =>
        tf.tensor2d([
          [1, 2],
          [1, Number.NaN],
        ]),
      ),
      /column 1 of the codes has a value that is not a finite number/,
    ],
  ])('refuses %s', async (_, codes, message) => {
    await expect(activeUnits(codes as readonly Points[])).rejects.toThrow(message);
  });

  it('refuses a negative threshold', async () => {
    await expect(
      activeUnits(
        [
          [[1], [2]],
          [[1], [2]],
        ],
        { threshold: -1 },
      ),
    ).rejects.toThrow(RangeError);
  });
});
