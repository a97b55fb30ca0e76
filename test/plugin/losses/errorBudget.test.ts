import { describe, expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import type { Energy } from '../../../plugin/energy/energy.ts';
import { energyModel } from '../../../plugin/energy/energyModel.ts';
import { contrastiveDivergence } from '../../../plugin/losses/contrastiveDivergence.ts';
import { dataScale, suggestEpsilon } from '../../../plugin/losses/dataScale.ts';
import { errorBudget } from '../../../plugin/losses/errorBudget.ts';
import { exactScoreMatching } from '../../../plugin/losses/exactScoreMatching.ts';
import { mvlBirthDeath } from '../../../plugin/losses/mvlBirthDeath.ts';
import { mvlLd } from '../../../plugin/losses/mvlLd.ts';
import { mvlRld } from '../../../plugin/losses/mvlRld.ts';
import { mvlSpos } from '../../../plugin/losses/mvlSpos.ts';
import { persistentContrastiveDivergence } from '../../../plugin/losses/persistentContrastiveDivergence.ts';
import { ssmVr } from '../../../plugin/losses/ssmVr.ts';
import { svgdKsd } from '../../../plugin/losses/svgdKsd.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { rbf } from '../../../plugin/stein/rbf.ts';
import { randomStream } from '../../../random/stream.ts';
import { numbers } from '../../support/arrays.ts';
import '../../support/wasm.ts';

const normal = (rows: number, columns: number, seed: number) => drawNoise(gaussian(), [rows, columns], randomStream(seed)) as tf.Tensor2D;

/** E = x⁴/4 + x²/2: E′ = x³ + x, E″ = 3x² + 1, E‴ = 6x, E⁗ = 6. */
const quartic: Energy = (x) => tf.sum(tf.add(tf.div(tf.square(tf.square(x)), 4), tf.div(tf.square(x), 2)), 1);
const x = tf.mul(0.7, normal(16_000, 1, 1)) as tf.Tensor2D;

/** −2ε E[⅛E′²E″ − ½E′E‴ + (E z⁴/6) E⁗] over the points, twice the bias of J: the last term is E⁗ (2ε)²E z⁴/24 in E(x⁻). */
const closedForm = (epsilon: number, fourthMoment: number) =>
  numbers(x)
    .map((v) => {
      const [first, second, third] = [v ** 3 + v, 3 * v * v + 1, 6 * v];
      return -2 * epsilon * ((first ** 2 * second) / 8 - (first * third) / 2 + fourthMoment);
    })
    .reduce((sum, v) => sum + v, 0) / x.shape[0];

describe('errorBudget', () => {
  describe.each([
    ['gaussian', 3],
    ['rademacher', 1],
  ] as const)('with %s noise, of fourth moment %d', (noise, fourthMoment) => {
    it.each([1e-2, 1e-3, 1e-4])('finds the bias of the closed form at ε = %d', async (epsilon) => {
      const { bias, biasError } = await errorBudget(mvlLd({ epsilon, noise }), quartic, x);
      const expected = closedForm(epsilon, fourthMoment);
      // The closed form is of first order; the second, at ε = 1e-2, is 2 % of it.
      expect(Math.abs(bias - expected)).toBeLessThan(4 * biasError + 0.03 * Math.abs(expected));
      expect(biasError).toBeLessThan(0.2 * Math.abs(expected));
    });
  });

  it('finds the round-off that the limit ε = 0 shows, and that it grows as 1/ε', async () => {
    const measured = async (epsilon: number) => (await errorBudget(mvlLd({ epsilon }), quartic, x)).sampleRoundOff;
    const noise = normal(16_000, 1, 2);
    const direct = (epsilon: number) =>
      tf.tidy(() => {
        // The terms of z and −z lose their odd orders; at this ε the even ones are 1e-4 of the limit, and the rest is round-off: of ½E(x⁻) + ½E(x⁺) − E(x),
        // of variance 3/2 where that of E(x⁻) − E(x) is 2.
        const both = [noise, tf.neg(noise)].map((z) => mvlLd({ epsilon }).terms!(quartic, x, z));
        const rest = tf.sub(tf.mul(0.5, tf.add(both[0], both[1])), ssmVr().terms!(quartic, x, noise));
        return Math.sqrt(4 / 3) * Math.sqrt(tf.mean(tf.square(rest)).dataSync()[0]);
      });
    const epsilon = 2e-6;
    const found = await measured(epsilon);
    expect(found).toBeGreaterThan(0.005);
    // Seen: 0.9. Points moved without the step: 0.65, as x + √(2ε) z then rounds alike.
    expect(Math.abs(found / direct(epsilon) - 1)).toBeLessThan(0.2);
    expect((await measured(1e-4)) / found).toBeLessThan(0.05);
  });

  it('has the Monte-Carlo error of independent draws', async () => {
    const { monteCarlo } = await errorBudget(mvlLd({ epsilon: 1e-3 }), quartic, x);
    const means = Array.from({ length: 100 }, (_, k) =>
      tf.tidy(() => mvlLd({ epsilon: 1e-3 })(quartic, tf.mul(0.7, normal(400, 1, 100 + k)), normal(400, 1, 300 + k)).dataSync()[0]),
    );
    const centre = means.reduce((sum, v) => sum + v, 0) / means.length;
    const spread = Math.sqrt(means.reduce((sum, v) => sum + (v - centre) ** 2, 0) / (means.length - 1));
    // Of 400 points: √40 times that of 16,000. A deviation of 100 draws is off by 7 %, heavy tails by as much.
    expect(Math.abs((monteCarlo * Math.sqrt(40)) / spread - 1)).toBeLessThan(0.35);
  });

  it('names what dominates, in one line', async () => {
    const large = await errorBudget(mvlLd({ epsilon: 0.1 }), quartic, x);
    expect(large.dominant).toBe('bias');
    const usual = await errorBudget(mvlLd({ epsilon: 1e-4 }), quartic, x);
    expect(usual.dominant).toBe('Monte Carlo');
    expect(usual.summary).toMatch(
      /^mvlLd, ε = 0\.0001, 16000 points: L = \S+; bias \S+ ± \S+, round-off \S+, Monte Carlo \S+: mostly Monte Carlo$/,
    );
    // A stiff bowl far from its centre: energies of 1e4, whose round-off is 1e-3/ε.
    const high: Energy = (p) => tf.add(1e5, tf.mul(0.5, tf.sum(tf.square(p), 1)));
    expect((await errorBudget(mvlLd({ epsilon: 1e-5, noise: 'rademacher' }), high, x)).dominant).toBe('round-off');
  });

  it('knows losses without ε, and other manifolds', async () => {
    for (const loss of [exactScoreMatching(), ssmVr()]) {
      const { bias, epsilon, loss: value } = await errorBudget(loss, quartic, x);
      expect([bias, epsilon]).toEqual([0, loss.epsilon]);
      expect(Math.abs(value)).toBeGreaterThan(0.5);
    }
    const globe = sphere(2);
    const points = globe.project(normal(2000, 3, 3));
    const wave: Energy = (p) => tf.mul(2, tf.sin(tf.mul(2, tf.squeeze(tf.slice(p, [0, 2], [-1, 1]), [1]))));
    const found = await errorBudget(mvlRld({ manifold: globe, epsilon: 0.02, noise: 'rademacher' }), wave, points);
    const both = [0.02, 0].map((epsilon) => {
      const loss = mvlRld({ manifold: globe, epsilon, noise: 'rademacher' });
      const z = drawNoise(loss.noise!, [2000, 3], randomStream(4));
      return (loss(wave, points, z).dataSync()[0] + loss(wave, points, tf.neg(z)).dataSync()[0]) / 2;
    });
    // The same points, other noise.
    expect(Math.abs(found.bias - (both[0] - both[1]))).toBeLessThan(4 * found.biasError + 0.1 * Math.abs(found.bias));
    expect(Math.abs(found.bias)).toBeGreaterThan(4 * found.biasError);
    // CD-1's value on E = x²/2: −ελ³.
    const bowl: Energy = (p) => tf.mul(0.5, tf.sum(tf.square(p), 1));
    const square = numbers(x).reduce((sum, v) => sum + v * v, 0) / 16_000;
    const cd = await errorBudget(contrastiveDivergence({ epsilon: 0.01, noise: 'rademacher' }), bowl, x);
    expect(Math.abs(cd.bias + 0.01 * square)).toBeLessThan(4 * cd.biasError + 1e-4);
  });

  it('leaves no tensors behind, and refuses what has no terms', async () => {
    const before = tf.memory().numTensors;
    await errorBudget(mvlLd(), quartic, x);
    expect(tf.memory().numTensors).toBe(before);
    for (const loss of [
      persistentContrastiveDivergence(),
      svgdKsd({ kernel: rbf() }),
      mvlSpos({ kernel: rbf(), alpha: 0.5 }),
      mvlBirthDeath({ bandwidth: 1 }),
    ])
      await expect(errorBudget(loss, quartic, x)).rejects.toThrow(/is not a mean of terms/);
  });
});

describe('in half precision', () => {
  const halved = async (body: () => Promise<void>) => {
    const precision = jest.spyOn(tf.backend(), 'floatPrecision').mockReturnValue(16);
    try {
      await body();
    } finally {
      precision.mockRestore();
    }
  };
  const globe = sphere(2);
  const points = globe.project(normal(200, 3, 8));
  const wave: Energy = (p) => tf.squeeze(tf.slice(p, [0, 2], [-1, 1]), [1]);

  it.each([
    ['mvlLd', mvlLd({ epsilon: 1e-3 })],
    ['mvlLd, antithetic', mvlLd({ epsilon: 1e-3, noise: 'antithetic' })],
    ['mvlRld', mvlRld({ manifold: globe, epsilon: 1e-3 })],
    ['contrastiveDivergence', contrastiveDivergence({ manifold: globe, epsilon: 1e-3 })],
  ])('errorBudget and %s refuse an ε that drowns, with both numbers, and take the default one', async (_, loss) => {
    await halved(async () => {
      const before = tf.memory().numTensors;
      const message =
        /epsilon = 0\.001 is too small for the float16 .*round-off adds about 1\.1 .*Monte-Carlo deviation of about 1\..*Use epsilon ≥ 0\.03/;
      await expect(errorBudget(loss, wave, points)).rejects.toThrow(message);
      expect(() => loss(wave, points)).toThrow(message);
      expect(tf.memory().numTensors).toBe(before);
      const usual = loss.name === 'mvlLd' ? mvlLd() : mvlRld({ manifold: globe });
      expect((await errorBudget(usual, wave, points)).epsilon).toBe(0.03);
    });
  });

  it('so do losses of points that act on each other, and fit', async () => {
    await halved(async () => {
      const small = tf.slice(points, [0, 0], [20, -1]) as tf.Tensor2D;
      for (const loss of [svgdKsd({ kernel: rbf(), epsilon: 1e-4 }), mvlSpos({ kernel: rbf(), alpha: 0.5, epsilon: 1e-4 })])
        expect(() => loss(wave, small)).toThrow(/epsilon = 0\.0001 is too small for the float16/);
      expect(() => mvlBirthDeath({ bandwidth: 1, epsilon: 1e-4 })(wave, small)).toThrow(/too small for the float16/);
      const model = energyModel({ manifold: globe, seed: 1 });
      model.compile({ loss: mvlRld({ manifold: globe, epsilon: 1e-4 }) });
      await expect(model.fit(points, { epochs: 1 })).rejects.toThrow(/epsilon = 0\.0001 is too small for the float16/);
      model.compile();
      await model.fit(points, { epochs: 1 });
      expect(model.summary?.epsilon).toBeGreaterThan(0.02);
    });
  });
});

describe('dataScale', () => {
  it('is the harmonic mean of standard deviations in flat space, so that ε goes with the square of the narrowest', () => {
    const [a, b] = [3, 0.02];
    const wide = tf.mul(tf.add(normal(5000, 2, 5), 7), tf.tensor2d([[a, b]])) as tf.Tensor2D;
    const expected = Math.sqrt(2 / (1 / a ** 2 + 1 / b ** 2));
    // A standard deviation of 5000 draws is off by 1 %.
    expect(Math.abs(dataScale(wide) / expected - 1)).toBeLessThan(0.04);
    expect(suggestEpsilon(wide)).toBeCloseTo(1e-3 * dataScale(wide) ** 2, 12);
    expect(suggestEpsilon(tf.mul(10, wide)) / suggestEpsilon(wide)).toBeCloseTo(100, 3);
    // A column that is always the same says nothing.
    expect(dataScale(tf.concat([wide, tf.zeros([5000, 1])], 1) as tf.Tensor2D)).toBeCloseTo(dataScale(wide), 6);
  });

  it('is that of the tangents at the mean on a manifold', () => {
    const globe = sphere(2);
    const spread = 0.1;
    const pole = tf.tensor2d([[0, 0, 1]]);
    const velocities = tf.concat([tf.mul(spread, normal(5000, 2, 6)), tf.zeros([5000, 1])], 1) as tf.Tensor2D;
    const points = globe.exp(tf.tile(pole, [5000, 1]), velocities);
    expect(Math.abs(dataScale(points, globe) / spread - 1)).toBeLessThan(0.04);
  });

  it('refuses points that are all the same, or not finite', () => {
    expect(() => dataScale(tf.ones([5, 2]))).toThrow(/at least two different points/);
    expect(() => dataScale(tf.tensor2d([[0], [Number.NaN]]))).toThrow(/finite coordinates/);
  });

  it('moves the default ε and what is too small for it', async () => {
    const small = tf.mul(0.01, normal(500, 1, 7)) as tf.Tensor2D;
    const scale = dataScale(small);
    const narrow: Energy = (p) => tf.mul(0.5e4, tf.sum(tf.square(p), 1));
    const loss = mvlLd({ scale, noise: 'rademacher' });
    expect(loss.epsilon).toBeCloseTo(suggestEpsilon(small), 15);
    // The same ε for data of unit scale is refused.
    expect(() => mvlLd({ epsilon: loss.epsilon as number })(narrow, small)).toThrow(/is too small for the float32/);
    const { loss: value, bias, sampleRoundOff } = await errorBudget(loss, narrow, small);
    // λ² s² − 2λ, about −1e4, of which round-off, 3.7 a sample, and bias, −ελ³s²/4 = −2.5, are little.
    expect(Math.abs(value / (1e8 * tf.mean(tf.square(small)).dataSync()[0] - 2e4) - 1)).toBeLessThan(0.01);
    expect(Math.abs(bias)).toBeLessThan(20);
    expect(sampleRoundOff).toBeLessThan(20);
    expect(() => mvlLd({ scale, epsilon: 1e-9 * scale ** 2 })(narrow, small)).toThrow(
      /round-off adds about \S+ .*about 1e\+?4|about 1\S* at the scale/,
    );
    const precision = jest.spyOn(tf.backend(), 'floatPrecision').mockReturnValue(16);
    try {
      expect(mvlLd({ scale: 0.1 }).epsilon).toBeCloseTo(3e-4, 12);
      expect(() => mvlLd({ scale: 0.1, epsilon: 1e-6 })(narrow, small)).toThrow(
        /float16 .*about 1\.1e\+3 .*about 100 at the scale 0\.1.*Use epsilon ≥ 0\.0003/,
      );
    } finally {
      precision.mockRestore();
    }
  });
});
