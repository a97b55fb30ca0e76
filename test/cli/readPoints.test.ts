import { afterAll, describe, expect, it } from '@jest/globals';
import { type PointOptions, readPoints } from '../../cli/data/readPoints.ts';
import { InputError } from '../../cli/errors.ts';
import { workFolder } from './support.ts';

const work = workFolder();
afterAll(work.remove);

const read = (text: string, options: PointOptions = {}) => readPoints(work.write('data.csv', text), options);

describe('what is read', () => {
  it.each([
    [
      'numbers alone',
      '1,2\n3,4\n',
      {},
      [
        [1, 2],
        [3, 4],
      ],
      [1, 2],
    ],
    [
      'a header',
      'a,b\n1,2\n3,4\n',
      {},
      [
        [1, 2],
        [3, 4],
      ],
      [2, 3],
    ],
    [
      'comments and empty lines',
      '# source: nobody\n\na,b\n1,2\n# more\n\n3,4',
      {},
      [
        [1, 2],
        [3, 4],
      ],
      [4, 7],
    ],
    [
      'Windows line ends, a byte order mark and blanks',
      '\uFEFFa, b\r\n 1 , 2\r\n3,4e-1\r\n',
      {},
      [
        [1, 2],
        [3, 0.4],
      ],
      [2, 3],
    ],
    ['quoted fields', '"a","b, c"\n"1","2"\n', {}, [[1, 2]], [2]],
    ['another delimiter', 'a;b\n1;2\n', { delimiter: ';' }, [[1, 2]], [2]],
    ['columns by name, in the order given', 'id,b,a\n7,1,2\n', { columns: ['a', 'b'] }, [[2, 1]], [2]],
    ['columns by another case', 'ID,Height\nq,1\n', { columns: ['height'] }, [[1]], [2]],
    [
      'columns by number, without a header',
      '1,2,Fiji\n3,4,Java\n',
      { columns: ['2', '1'] },
      [
        [2, 1],
        [4, 3],
      ],
      [1, 2],
    ],
    ['columns by number, with a header', 'two,a1\n5,6\n', { columns: ['2'] }, [[6]], [2]],
    ['an index column without a name, as pandas writes it', ',a,b\n0,1,2\n', { columns: ['a', 'b'] }, [[1, 2]], [2]],
  ] as const)('%s', async (_, text, options, points, lines) => {
    const found = await read(text, options);
    expect(found.points).toEqual(points);
    expect(found.lines).toEqual(lines);
    expect(found.note).toBeNull();
  });
});

describe('longitude and latitude', () => {
  // (90° E, 0°) is the y axis; 30° north on the meridian of Greenwich is (√3/2, 0, 1/2).
  const expected = [
    [0, 1, 0],
    [Math.sqrt(0.75), 0, 0.5],
  ];
  it.each([
    ['lon,lat', 'lon,lat\n90,0\n0,30\n', undefined],
    ['lat,long', 'lat,long\n0,90\n30,0\n', undefined],
    ['LATITUDE,LONGITUDE', '# one\n# two\nLATITUDE,LONGITUDE\n0,90\n30,0\n', undefined],
    ['other columns beside', 'time,Lng,depth,Latitude\nx,90,5,0\ny,0,6,30\n', undefined],
    ['two columns without a header, longitude first', '90,0\n0,30\n', undefined],
    ['columns by number', '0,90\n30,0\n', ['2', '1']],
    ['columns by number, the header saying which is which', 'lat,long\n0,90\n30,0\n', ['1', '2']],
    ['columns of other names, longitude first', 'north,east\n0,90\n30,0\n', ['east', 'north']],
    ['usual names in the other order', 'lat,lon,lat2,lon2\n0,90,1,1\n30,0,1,1\n', ['lat', 'lon']],
  ])('%s', async (_, text, columns) => {
    const { points } = await read(text, { lonlat: true, columns });
    for (const [i, point] of points.entries()) for (const [k, value] of point.entries()) expect(value).toBeCloseTo(expected[i][k], 12);
  });

  it('says what it took columns without names for', async () => {
    expect((await read('90,0\n', { lonlat: true })).note).toMatch(/no header: column 1 is read as longitude.*--columns 2,1/);
    expect((await read('lon,lat\n90,0\n', { lonlat: true })).note).toBeNull();
  });
});

describe('what is refused', () => {
  const lonlat = { lonlat: true };
  it.each([
    ['an empty file', '', {}, /data\.csv: is empty/],
    ['comments alone', '# nothing\n\n', {}, /data\.csv: is empty/],
    ['a header alone', 'a,b\n', {}, /data\.csv: has a header and no rows/],
    ['a short row', 'a,b\n1,2\n3\n', {}, /data\.csv:3: has 1 column, the header has 2/],
    ['a long row', '1,2\n3,4,5\n', {}, /data\.csv:2: has 3 columns, the first row has 2/],
    ['a word', 'a,b\n1,2\n3,four\n', {}, /data\.csv:3: column 2 \(b\): "four" is not a finite number/],
    ['a word in the first row', '1,two\n', {}, /data\.csv:1: column 2: "two" is not a finite number/],
    ['NaN', '1,2\nNaN,4\n', {}, /data\.csv:2: column 1: "NaN" is not a finite number/],
    ['a first row of NaN', 'nan,nan\n1,2\n', {}, /data\.csv:1: column 1: "nan" is not/],
    ['Infinity', '1,2\n3,-Infinity\n', {}, /data\.csv:2: column 2: "-Infinity" is not a finite number/],
    ['an empty field', 'a,b\n1,\n', {}, /data\.csv:2: column 2 \(b\) is empty\./],
    ['a number beyond single precision', '1\n1e39\n', {}, /data\.csv:2: column 1: "1e39" is too large for single precision\./],
    ['a bad row after comments', '# c\na\n\n1\n# d\nx\n', {}, /data\.csv:6: column 1 \(a\): "x"/],
    ['semicolons', 'a;b\n1;2\n', {}, /data\.csv:2: .*"1;2" is not a finite number\. If a semicolon separates .* --delimiter semicolon\.$/],
    ['tabs', 'a\tb\n1\t2\n', {}, /is not a finite number\. If a tab separates the columns, give --delimiter tab\.$/],
    ['semicolons and decimal commas', 'a;b\n1,5;2,5\n', {}, /has 3 columns, the header has 1\. If a semicolon separates/],
    ['semicolons where a column is named', 'a;b\n1;2\n', { columns: ['a'] }, /no column "a".*from 1\. If a semicolon separates/],
    ['semicolons between degrees', 'lat;lon\n1;2\n', lonlat, /no column is named as a longitude.* If a semicolon separates/],
    ['a word without semicolons', 'a\nx\n', {}, /is not a finite number\.$/],
    ['an open quote', 'a,b\n1,2\n"3,4\n', {}, /data\.csv:\d+: not valid CSV/],
    ['a missing column', 'a,b\n1,2\n', { columns: ['a', 'c'] }, /no column "c"; the columns there are: a, b/],
    ['a missing column without a header', '1,2\n', { columns: ['3'] }, /no column "3"; it has no header, and columns 1 to 2/],
    ['no longitude', 'x,lat\n1,2\n', lonlat, /no column is named as a longitude; the columns there are: x, lat.*--columns LON,LAT/],
    ['two longitudes', 'lon,long,lat\n1,2,3\n', lonlat, /more than one column is named as a longitude/],
    ['three columns without a header', '1,2,3\n', lonlat, /no header, and columns 1 to 3.*--columns 2,1/],
    [
      'three columns for a place',
      'a,b,c\n1,2,3\n',
      { lonlat: true, columns: ['a', 'b', 'c'] },
      /--columns: with --lonlat two columns.*got 3/,
    ],
    [
      'a latitude beyond the pole',
      'lat,lon\n1,2\n90.5,3\n',
      lonlat,
      /data\.csv:3: column 1 \(lat\): "90.5" is not a latitude in degrees, −90 to 90\..*swap/,
    ],
    ['a longitude beyond a turn', '361,3\n', lonlat, /data\.csv:1: column 1: "361" is not a longitude in degrees, −360 to 360\.$/],
  ] as const)('%s', async (_, text, options, message) => {
    const failure = read(text, options as PointOptions);
    await expect(failure).rejects.toThrow(InputError);
    await expect(failure).rejects.toThrow(message);
  });

  it('files that cannot be read', async () => {
    await expect(readPoints(work.path('absent.csv'))).rejects.toThrow(/absent\.csv: cannot be read: there is no such file/);
    await expect(readPoints(work.path(''))).rejects.toThrow(/cannot be read: it is a folder/);
  });
});
