import { describe, expect, it } from '@jest/globals';
import { type ImageFlags, type ImageShape, imageShapeFor, statedShape } from '../../cli/data/imageShape.ts';
import { InputError } from '../../cli/errors.ts';

const shape = (width: number, height: number, channels: 1 | 3): ImageShape => ({ width, height, channels });

describe('images of rows', () => {
  it.each<[string, ImageFlags, number, ImageShape | null, ImageShape]>([
    ['squares in grey', {}, 784, null, shape(28, 28, 1)],
    ['squares in colour', {}, 3072, null, shape(32, 32, 3)],
    ['what the file states', {}, 24, shape(6, 4, 1), shape(6, 4, 1)],
    ['what the file states before squares', {}, 36, shape(9, 4, 1), shape(9, 4, 1)],
    ['a size that is given', { size: { width: 4, height: 6 } }, 24, null, shape(4, 6, 1)],
    ['a size that is given, in colour', { size: { width: 4, height: 2 } }, 24, null, shape(4, 2, 3)],
    ['channels that are given', { channels: 3 }, 12, null, shape(2, 2, 3)],
    ['channels that the file has too', { channels: 1 }, 24, shape(6, 4, 1), shape(6, 4, 1)],
  ])('are %s', (_, flags, columns, stated, expected) => {
    expect(imageShapeFor(flags, columns, stated, 'm.onnx')).toEqual(expected);
  });

  it.each<[string, ImageFlags, number, RegExp]>([
    ['no squares', {}, 24, /^m\.onnx: takes rows of 24 numbers, which are no square images .* Give --size WIDTHxHEIGHT/],
    ['another size', { size: { width: 4, height: 4 } }, 24, /^--size 4x4: no image of these has the 24 numbers that m\.onnx takes/],
    ['other channels', { size: { width: 4, height: 6 }, channels: 3 }, 24, /^--size 4x6 --channels 3: no image/],
  ])('are refused: %s', (_, flags, columns, message) => {
    expect(() => imageShapeFor(flags, columns, null, 'm.onnx')).toThrow(InputError);
    expect(() => imageShapeFor(flags, columns, null, 'm.onnx')).toThrow(message);
  });

  it.each<[ImageFlags, RegExp]>([
    [{ size: { width: 4, height: 6 } }, /^--size 4x6: m\.onnx was trained on images of 6x4 in grey\. Leave this out/],
    [{ size: { width: 4, height: 2 }, channels: 3 }, /^--size 4x2 --channels 3: m\.onnx was trained on images of 6x4 in grey/],
    [{ channels: 3 }, /^--channels 3: m\.onnx was trained/],
  ])('are those that the file states: %j is refused', (flags, message) => {
    expect(() => imageShapeFor(flags, 24, shape(6, 4, 1), 'm.onnx')).toThrow(InputError);
    expect(() => imageShapeFor(flags, 24, shape(6, 4, 1), 'm.onnx')).toThrow(message);
  });

  it('are stated by a file, or not', () => {
    expect(statedShape({ image: '{"width":6,"height":4,"channels":3}' })).toEqual(shape(6, 4, 3));
    for (const metadata of [{}, { image: 'square' }, { image: '{"width":6,"height":4,"channels":2}' }, { image: '{}' }])
      expect(statedShape(metadata as Record<string, string>)).toBeNull();
  });
});
