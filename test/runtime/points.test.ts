import { describe, expect, it } from '@jest/globals';
import type { PointsInput } from '../../runtime/flatten.ts';
import { readPoints } from '../../runtime/points.ts';

const SPHERE = { dim: 3, manifold: 'sphere:2' };
const PLANE = { dim: 2, manifold: 'euclidean:2' };

const bad = (x: unknown, card = SPHERE) => readPoints(x as PointsInput, card, 'energy(x)');

describe('readPoints', () => {
  it('copies, so that the caller may write on', async () => {
    const x = Float32Array.of(1, 2, 3, 4);
    const points = await readPoints(x, PLANE, 'energy(x)');
    x[0] = 9;
    expect(Array.from(points)).toEqual([1, 2, 3, 4]);
  });

  it('fetches the numbers of a tensor on a GPU', async () => {
    const tensor = {
      dims: [1, 2],
      type: 'float32',
      location: 'gpu-buffer',
      get data(): Float32Array {
        throw new Error('not on the cpu');
      },
      getData: async () => Float32Array.of(5, 6),
    };
    expect(Array.from(await readPoints(tensor, PLANE, 'energy(x)'))).toEqual([5, 6]);
  });

  it('takes unit rows rounded to four decimals', async () => {
    await expect(bad([[0.5774, 0.5774, 0.5774]])).resolves.toHaveLength(3);
  });

  it.each<[string, unknown, RegExp]>([
    ['no rows', [], /energy\(x\): expected points of sphere:2 as rows of 3 numbers, at least one; got no rows/],
    ['one flat list', [1, 0, 0], /got 3 numbers in one list\. One point is a list of one row/],
    ['too few columns', [[1, 0]], /got row 0 with 2 numbers/],
    ['ragged rows', [[1, 0, 0], [1]], /got row 1 with 1 numbers/],
    ['a missing row', [[1, 0, 0], null], /got row 1 with no numbers/],
    [
      'NaN',
      [
        [1, 0, 0],
        [1, 0, Number.NaN],
      ],
      /row 1 of 2, \[1, 0, NaN\], has a value in column 2 that is not a finite/,
    ],
    ['infinity', [[Number.POSITIVE_INFINITY, 0, 0]], /column 0 .* not a finite/],
    ['past float32', [[1e39, 0, 0]], /column 0 .* not a finite/],
    ['words', [['a', 'b', 'c']], /column 0 .* not a finite/],
    ['degrees', [[48.1, 11.6, 0]], /row 0 of 1, \[48.1, 11.6, 0\], has norm 49\.\d+, expected 1 within 0\.001\. Normalise the rows/],
    ['the wrong multiple', new Float32Array(4), /got 4 numbers, not a positive multiple of 3/],
    ['an empty array', new Float32Array(0), /got 0 numbers/],
    ['a tensor of another width', { data: new Float32Array(4), dims: [2, 2] }, /a tensor of shape \[2, 2\]/],
    ['a tensor of another rank', { data: new Float32Array(3), dims: [3] }, /a tensor of shape \[3\]/],
    ['a tensor of no rows', { data: new Float32Array(0), dims: [0, 3] }, /a tensor of shape \[0, 3\]/],
    ['a tensor of too few numbers', { data: new Float32Array(5), dims: [2, 3] }, /5 numbers with the shape \[2, 3\]/],
  ])('refuses %s', async (_, x, message) => {
    await expect(bad(x)).rejects.toThrow(message);
    await expect(bad(x)).rejects.toBeInstanceOf(RangeError);
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /as float32; got undefined/],
    ['null', null, /got null/],
    ['doubles', new Float64Array(3), /got Float64Array\. Pass rows of numbers, or Float32Array\.from/],
    ['whole numbers', { data: new Int32Array(3), dims: [1, 3], type: 'int32' }, /got int32 numbers in a Int32Array/],
    ['doubles in a tensor', { data: new Float64Array(3), dims: [1, 3] }, /got float32 numbers in a Float64Array/],
    ['a tfjs tensor', { arraySync: () => [] }, /got a tfjs tensor\. Pass `await x\.array\(\)`/],
    ['another object', {}, /got Object/],
  ])('refuses %s by type', async (_, x, message) => {
    await expect(bad(x)).rejects.toThrow(message);
    await expect(bad(x)).rejects.toBeInstanceOf(TypeError);
  });

  it('shows the start of a wide row', async () => {
    await expect(bad([[Number.NaN, 1, 2, 3, 4, 5, 6]], { dim: 7, manifold: 'euclidean:7' })).rejects.toThrow('[NaN, 1, 2, 3, 4, 5, …]');
  });
});
