import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { csvRows } from '../../models/data/csvRows.ts';

const work = mkdtempSync(join(tmpdir(), 'csv-rows-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const path = join(work, 'data.csv');
const read = (text: string) => {
  writeFileSync(path, text);
  return csvRows(path);
};

describe('what is read', () => {
  it.each<[string, string, number[][], string[] | null]>([
    [
      'numbers alone',
      '1,-2.5\n3e-2,0\n7,8\n',
      [
        [1, -2.5],
        [0.03, 0],
        [7, 8],
      ],
      null,
    ],
    [
      'a header',
      'a,b\n1,2\n3,4',
      [
        [1, 2],
        [3, 4],
      ],
      ['a', 'b'],
    ],
    ['a header with a name left out, as pandas writes it', ',b\n0,2\n', [[0, 2]], ['', 'b']],
    [
      'comments, empty lines, blanks, quotes, Windows line ends and a byte order mark',
      '\uFEFF# source: nobody\r\n\r\n"a, b", c#1\r\n 1 ,"2"\r\n# more\r\n3,4\r\n',
      [
        [1, 2],
        [3, 4],
      ],
      ['a, b', 'c#1'],
    ],
    ['one column', 'x\n5\n6\n', [[5], [6]], ['x']],
  ])('%s', async (_, text, expected, names) => {
    expect(await read(text)).toEqual({
      rows: Float32Array.from(expected.flat()),
      count: expected.length,
      columns: expected[0].length,
      names,
    });
  });

  it('a thousand rows, in an array of their size', async () => {
    const numbers = Array.from({ length: 1000 }, (_, i) => [i, 1 - i, i / 4]);
    const { rows, count, columns } = await read(numbers.join('\n'));
    expect([count, columns, rows.length, rows.buffer.byteLength]).toEqual([1000, 3, 3000, 12_000]);
    expect(rows).toEqual(Float32Array.from(numbers.flat()));
  });
});

describe('what is refused, with its place', () => {
  it.each<[string, string, string]>([
    ['a word', 'a,b\n1,2\n\n3,x\n', ':4: column 2 (b) is "x"; expected a finite number of 32 bits.'],
    ['a word without a header', '1,2\n3,x\n', ':2: column 2 is "x"; expected a finite number of 32 bits.'],
    [
      'a header with a number in it',
      '# places\na,2\n3,4\n',
      ':2: column 1 is "a"; expected a finite number of 32 bits. A header has words alone.',
    ],
    ['a missing number', 'a,b\n1,\n', ':2: column 2 (b) is empty; expected a finite number of 32 bits.'],
    ['a word below an empty name', ',b\nx,2\n', ':2: column 1 is "x"; expected a finite number of 32 bits.'],
    ['NaN, which is no header', 'NaN,NaN\n1,2\n', ':1: column 1 is "NaN"; expected a finite number of 32 bits.'],
    ['a number too large for 32 bits', '1\n4e38\n', ':2: column 1 is "4e38"; expected a finite number of 32 bits.'],
    ['a row too short', 'a,b,c\n1,2,3\n4\n', ':3: has 1 column, the header has 3; expected as many.'],
    ['a row too long', '1,2\n3,4,5\n', ':2: has 3 columns, the first row has 2; expected as many.'],
    ['no rows', 'a,b\n', ': has a header and no rows; expected rows of numbers, after a header if you like.'],
    ['nothing', '# nothing\n', ': is empty; expected rows of numbers, after a header if you like.'],
  ])('%s', async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(new Error(`csvRows: ${path}${message}`));
  });

  it('a quote that is not closed', async () => {
    await expect(read('1,2\n3,"4\n')).rejects.toThrow(/^csvRows: .*data\.csv:\d+: cannot be read: Quote Not Closed/);
  });

  it('a file that is not there, and a folder', async () => {
    const none = join(work, 'none.csv');
    await expect(csvRows(none)).rejects.toThrow(`csvRows: ${none}: cannot be read: ENOENT: no such file or directory, open '${none}'`);
    await expect(csvRows(work)).rejects.toThrow(`csvRows: ${work}: cannot be read: EISDIR: illegal operation on a directory, read`);
  });
});

it('needs Node', async () => {
  const { versions } = process;
  Object.defineProperty(process, 'versions', { value: {}, configurable: true });
  try {
    await expect(csvRows(path)).rejects.toThrow(/^csvRows\(\) needs Node\.$/);
  } finally {
    Object.defineProperty(process, 'versions', { value: versions, configurable: true });
  }
});
