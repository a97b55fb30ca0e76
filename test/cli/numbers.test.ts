import { describe, expect, it } from '@jest/globals';
import { coordinateNames, toCsv } from '../../cli/data/csv.ts';
import { toLonLat, toSphere } from '../../cli/data/lonlat.ts';
import {
  channels,
  delimiter,
  imageSize,
  likelihood,
  list,
  positiveInteger,
  positiveNumber,
  share,
  smoothing,
  wholeNumber,
  widths,
} from '../../cli/options.ts';

describe('longitude and latitude', () => {
  it.each([
    [
      [0, 0],
      [1, 0, 0],
    ],
    [
      [90, 0],
      [0, 1, 0],
    ],
    [
      [180, 0],
      [-1, 0, 0],
    ],
    [
      [0, 90],
      [0, 0, 1],
    ],
    [
      [0, -90],
      [0, 0, -1],
    ],
    [
      [45, 30],
      [Math.sqrt(3 / 8), Math.sqrt(3 / 8), 0.5],
    ],
  ])('%j is the point %j', ([longitude, latitude], point) => {
    for (const [k, value] of toSphere(longitude, latitude).entries()) expect(value).toBeCloseTo(point[k], 14);
  });

  it('comes back, from points of any length', () => {
    for (const [longitude, latitude] of [
      [-179.5, 12],
      [0, 0],
      [33.3, -89],
      [180, 45],
    ]) {
      const back = toLonLat(toSphere(longitude, latitude).map((c) => 2 * c));
      expect(back[0]).toBeCloseTo(longitude, 10);
      expect(back[1]).toBeCloseTo(latitude, 10);
    }
  });
});

describe('CSV of float32', () => {
  it('writes numbers that read back as they are', () => {
    const values = [0, 1, -0.1, 1 / 3, 16777217, 1e-40, 3.4028234663852886e38, 123456.789];
    const [header, line] = toCsv(['a', 'b'], [Float32Array.from(values)]).split('\n');
    expect(header).toBe('a,b');
    expect(Array.from(line.split(','), (text) => Math.fround(Number(text)))).toEqual(values.map(Math.fround));
    expect(line).toMatch(/^0,1,-0\.1,0\.333333\d*,/);
  });

  it('writes words before the numbers, in quotes where CSV needs them', () => {
    const labels = ['a.png', 'b, "c".png', '#d.png', ' e'];
    const rows = labels.map((_, i) => [i]);
    expect(toCsv(['file', 'x'], rows, labels)).toBe('file,x\na.png,0\n"b, ""c"".png",1\n"#d.png",2\n" e",3\n');
  });

  it('names coordinates', () => {
    expect(coordinateNames(2)).toEqual(['x', 'y']);
    expect(coordinateNames(4)).toEqual(['x1', 'x2', 'x3', 'x4']);
  });
});

describe('option values', () => {
  it.each([
    [wholeNumber, '0', 0],
    [positiveInteger, '12', 12],
    [positiveNumber, '1e-3', 1e-3],
    [share, '0.25', 0.25],
    [list, 'a, b', ['a', 'b']],
    [widths, '128,64', [128, 64]],
    [smoothing, '0.3:0.03', { from: 0.3, to: 0.03 }],
    [smoothing, '0.1', { from: 0.1, to: 0.1 }],
    [smoothing, 'auto', 'auto'],
    [smoothing, 'none', 'none'],
    [delimiter, 'tab', '\t'],
    [delimiter, '|', '|'],
    [imageSize, '28x20', { width: 28, height: 20 }],
    [channels, '3', 3],
    [likelihood, 'bernoulli', { law: 'bernoulli', binarise: true }],
    [likelihood, 'bernoulli:grey', { law: 'bernoulli', binarise: false }],
    [likelihood, 'gaussian:0.1', { law: 'gaussian', deviation: 0.1 }],
  ])('%p reads %s', (parse, text, value) => {
    expect(parse(text)).toEqual(value);
  });

  it.each([
    [wholeNumber, '-1', 'a whole number'],
    [wholeNumber, '1.5', 'a whole number'],
    [wholeNumber, '99999999999999999999', 'a whole number'],
    [positiveInteger, '0', 'at least 1'],
    [positiveNumber, '0', 'positive'],
    [positiveNumber, '', 'positive'],
    [positiveNumber, 'Infinity', 'positive'],
    [share, '1', 'not including 1'],
    [share, '-0.1', 'not including 1'],
    [list, 'a,,b', 'commas'],
    [widths, '8,x', 'whole number'],
    [smoothing, '1:2:3', 'FROM:TO'],
    [smoothing, '0:1', 'positive'],
    [delimiter, 'ab', 'one character'],
    [imageSize, '28', 'WIDTHxHEIGHT'],
    [imageSize, '0x3', 'WIDTHxHEIGHT'],
    [imageSize, '2x3x3', 'WIDTHxHEIGHT'],
    [channels, '2', '1 (grey) or 3'],
    [likelihood, 'poisson', 'gaussian:DEVIATION'],
    [likelihood, 'gaussian', 'gaussian:DEVIATION'],
    [likelihood, 'gaussian:1:2', 'gaussian:DEVIATION'],
    [likelihood, 'gaussian:0', 'positive'],
  ])('%p refuses %p', (parse, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});
