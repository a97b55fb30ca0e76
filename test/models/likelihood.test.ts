import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { bernoulli, gaussianLikelihood, parseLikelihood } from '../../models/latent/likelihood.ts';
import { randomStream } from '../../random/stream.ts';

const row = (...values: number[]) => tf.tensor2d([values]);

describe('the Bernoulli likelihood', () => {
  const { negativeLog, mean, observe, draw } = bernoulli();

  it('is that of independent coins', () => {
    const p = [0.1, 0.6, 0.99];
    const logits = row(...p.map((q) => Math.log(q / (1 - q))));
    expect(negativeLog(logits, row(1, 0, 1)).dataSync()[0]).toBeCloseTo(-Math.log(0.1 * 0.4 * 0.99), 5);
    mean(logits)
      .dataSync()
      .forEach((q, i) => {
        expect(q).toBeCloseTo(p[i], 6);
      });
  });

  it('stays finite for certain pixels', () => {
    expect(Array.from(negativeLog(tf.tensor2d([[80], [-80]]), tf.tensor2d([[1], [1]])).dataSync())).toEqual([0, 80]);
  });

  it('observes 1 with the probability of the grey value, and draws likewise', () => {
    const values = new Float32Array(20_000);
    randomStream(1).fill(values, 'uniform');
    const uniform = tf.tensor2d(values, [10_000, 2]);
    const shares = (x: tf.Tensor2D) => tf.mean(x, 0).dataSync();
    const grey = tf.tile(row(0.2, 0.7), [10_000, 1]);
    // Four deviations of √(.21/10000).
    for (const found of [
      shares((observe as NonNullable<typeof observe>)(grey, uniform)),
      shares(draw(tf.log(tf.div(grey, tf.sub(1, grey))) as tf.Tensor2D, uniform)),
    ]) {
      expect(Math.abs(found[0] - 0.2)).toBeLessThan(0.02);
      expect(Math.abs(found[1] - 0.7)).toBeLessThan(0.02);
    }
    const sure = (observe as NonNullable<typeof observe>)(row(0, 1), row(0, 0.99999994));
    expect(Array.from(sure.dataSync())).toEqual([0, 1]);
  });

  it('may take grey values as they are', () => {
    expect(bernoulli({ binarise: false }).observe).toBeNull();
  });
});

describe('the Gaussian likelihood', () => {
  it('is that of independent normal columns', () => {
    const { negativeLog } = gaussianLikelihood({ deviation: 0.5 });
    const expected = [1, -2].reduce((sum, d) => sum + d ** 2 / 0.5 + 0.5 * Math.log(2 * Math.PI * 0.25), 0);
    expect(negativeLog(row(0, 1), row(1, -1)).dataSync()[0]).toBeCloseTo(expected, 5);
  });

  it('is the squared error by default, up to a constant', () => {
    const { negativeLog } = gaussianLikelihood();
    const at = (x: number) => negativeLog(row(0), row(x)).dataSync()[0];
    expect(at(3) - at(0)).toBeCloseTo(9, 5);
  });

  it('puts means into [0, 1] where it is told to, and noise around them', () => {
    const { mean, draw } = gaussianLikelihood({ range: 'unit', deviation: 0.1 });
    expect(mean(row(0)).dataSync()[0]).toBeCloseTo(0.5, 6);
    expect(draw(row(0), row(2)).dataSync()[0]).toBeCloseTo(0.7, 6);
  });

  it.each([0, -1, Number.NaN])('refuses the deviation %d', (deviation) => {
    expect(() => gaussianLikelihood({ deviation })).toThrow(/deviation must be a positive number/);
  });
});

it('are found again by their names', () => {
  for (const likelihood of [
    bernoulli(),
    bernoulli({ binarise: false }),
    gaussianLikelihood(),
    gaussianLikelihood({ deviation: 0.2, range: 'unit' }),
  ]) {
    const found = parseLikelihood(likelihood.name);
    expect(found.name).toBe(likelihood.name);
    expect(found.negativeLog(row(0.3), row(0.9)).dataSync()).toEqual(likelihood.negativeLog(row(0.3), row(0.9)).dataSync());
  }
  expect(() => parseLikelihood('poisson')).toThrow(/unknown likelihood "poisson"; expected bernoulli/);
});
