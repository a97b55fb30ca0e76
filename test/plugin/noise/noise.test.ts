import { describe, expect, it } from '@jest/globals';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { rademacher } from '../../../plugin/noise/rademacher.ts';
import { randomStream } from '../../../random/stream.ts';
import { numbers } from '../../support/arrays.ts';

const moment = (values: number[], power: number) => values.reduce((sum, v) => sum + v ** power, 0) / values.length;

describe('noise', () => {
  it('has a row for each point, with as many columns as asked for', () => {
    for (const make of [gaussian, rademacher]) {
      expect(make().shape([5, 3])).toEqual([5, 3]);
      expect(make(2).shape([5, 3])).toEqual([5, 2]);
      expect(drawNoise(make(2), [5, 3], randomStream(1)).shape).toEqual([5, 2]);
    }
  });

  it('is fixed by the key of its stream', () => {
    const draw = (...key: number[]) => numbers(drawNoise(gaussian(), [4, 2], randomStream(...key)));
    expect(draw(1, 2)).toEqual(draw(1, 2));
    expect(draw(1, 2)).not.toEqual(draw(1, 3));
    const stream = randomStream(1, 2);
    drawNoise(gaussian(), [4, 2], stream);
    expect(numbers(drawNoise(gaussian(), [4, 2], stream))).not.toEqual(draw(1, 2));
  });

  it('has the moments of its distribution', () => {
    const n = 40_000;
    const normal = numbers(drawNoise(gaussian(), [n, 1], randomStream(3)));
    const signs = numbers(drawNoise(rademacher(), [n, 1], randomStream(3)));
    expect(new Set(signs)).toEqual(new Set([-1, 1]));
    // Four standard errors: variances of z, z² and z⁴ are 1, 2 and 96.
    expect(Math.abs(moment(normal, 1))).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(moment(signs, 1))).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(moment(normal, 2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(moment(normal, 4) - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
  });
});
