import { describe, expect, it } from '@jest/globals';
import { courseOf } from '../../examples/browser/src/train/course.ts';
import { setupFor } from '../../examples/browser/src/train/energyFor.ts';
import { readSettings } from '../../examples/browser/src/train/readSettings.ts';
import { asText, decodeText, readText } from '../../examples/browser/src/train/readText.ts';
import { isRun, packRun, unpackRun } from '../../examples/browser/src/train/runFile.ts';

const lines = (count: number, line: (i: number) => string): string[] => Array.from({ length: count }, (_, i) => line(i));
const POINTS = lines(30, (i) => `${i},${i / 2}`);

describe('points of the page', () => {
  it.each([
    ['commas', POINTS.join('\n')],
    ['a header', ['x,y', ...POINTS].join('\n')],
    ['comments, empty lines and Windows line ends', ['# two', '', 'x,y', ...POINTS, '', ''].join('\r\n')],
    ['columns that are aligned by spaces', POINTS.map((line) => `   ${line.replace(',', '     ')}  `).join('\n')],
    ['tabs', POINTS.map((line) => line.replace(',', '\t')).join('\n')],
    ['semicolons and decimal commas', POINTS.map((line) => line.replace(',', ';').replace('.', ',')).join('\n')],
  ])('are read with %s', (_, text) => {
    expect(readText(text, 'plane')).toEqual({ space: 'plane', rows: lines(30, String).map((_row, i) => [i, i / 2]), taken: null });
  });

  it('are found by their names, and taken in order, aloud, where names are others', () => {
    const wide = (header: string) => readText([header, ...lines(30, (i) => `${i},${i + 0.5},7`)].join('\n'), 'sphere');
    expect(wide('Lat,Longitude,depth')).toMatchObject({ taken: 'Longitude as longitude, Lat as latitude' });
    expect(wide('Lat,Longitude,depth').rows[3]).toEqual([3.5, 3]);
    expect(wide('Breite,Laenge,Tiefe')).toMatchObject({ taken: 'Breite as longitude, Laenge as latitude' });
    expect(readText(['Breite,Laenge', ...POINTS].join('\n'), 'sphere').taken).toBe('Breite as longitude, Laenge as latitude');
  });

  it('that are wrong are told by their line in the file', () => {
    const broken = ['# a', 'x,y', '', ...POINTS.slice(1), '3,abc'].join('\n');
    expect(() => readText(broken, 'plane')).toThrow('Line 33: y is "abc", expected a number.');
    expect(() => readText(['1.2.3,1', ...POINTS].join('\n'), 'plane')).toThrow('Line 1: x is "1.2.3", expected a number.');
    expect(() => readText(['lon,lat', ...POINTS, '1,95'].join('\n'), 'sphere')).toThrow(
      'Line 32: latitude is 95, expected degrees from -90 to 90.',
    );
    expect(() => readText(POINTS.slice(1).join('\n'), 'plane')).toThrow('at least 30 points to learn a density from; got 29.');
    expect(() => readText(lines(40, String).join('\n'), 'plane')).toThrow('Expected 2 numbers a line, x and y; got 1.');
    expect(() => readText(' \n', 'plane')).toThrow('There is nothing to read.');
    expect(() =>
      setupFor(
        'plane',
        lines(40, String).map(() => [0.1, 0.1]),
        5,
        1,
      ),
    ).toThrow('All points are the same');
  });

  it('are written as they are read', () => {
    const given = readText(POINTS.join('\n'), 'torus');
    expect(readText(asText(given), 'torus')).toEqual(given);
  });

  it('come from text files in the usual encodings, and from no others', () => {
    const text = 'Länge,y\n1,2';
    expect(decodeText(new TextEncoder().encode(text))).toBe(text);
    expect(decodeText(Uint8Array.from(Buffer.from(`\ufeff${text}`, 'utf16le')))).toBe(text);
    expect(decodeText(Uint8Array.from(Buffer.from(text, 'latin1')))).toBe(text);
    expect(() => decodeText(Uint8Array.from([8, 0, 18, 4]))).toThrow('It is not a text file.');
  });
});

describe('settings of the page', () => {
  it('are numbers in range', () => {
    expect(readSettings({ steps: '100.4', detail: ' 2.5 ' }, 1)).toEqual({ steps: 100, detail: 2.5, seed: 1 });
    expect(() => readSettings({ steps: '', detail: '5' }, 1)).toThrow('Steps: expected a number from 10 to 100,000; got nothing.');
    expect(() => readSettings({ steps: '1e9', detail: '5' }, 1)).toThrow('got 1e9.');
    expect(() => readSettings({ steps: '100', detail: '0' }, 1)).toThrow('Finest detail: expected a number from 1 to 50; got 0.');
  });
});

describe('files of runs', () => {
  const run = {
    task: { space: 'circle', rows: [[10], [20]], settings: { steps: 20, detail: 5, seed: 1 } },
    progress: { epoch: 2, epochs: 4, stepsPerEpoch: 3, loss: [{ epoch: 1, value: -0.5 }], nll: [], stepsPerSecond: null },
    checkpoint: Uint8Array.from([1, 2, 3]),
  } as const;

  it('hold what they were packed from', () => {
    const bytes = packRun(run);
    expect(isRun(bytes)).toBe(true);
    expect(isRun(new TextEncoder().encode('PQ,1'))).toBe(false);
    expect(unpackRun(bytes)).toEqual(run);
    expect(unpackRun(packRun({ ...run, progress: null })).progress).toBeNull();
  });

  it('are refused where they are cut short, or of another kind', () => {
    expect(() => unpackRun(packRun(run).subarray(0, 60))).toThrow(/^It is not a whole zip file: .* Expected a file that/);
    expect(() => unpackRun(packRun({ ...run, task: { ...run.task, space: 'plane' } }))).toThrow(/^Its run.json is of another kind\./);
    expect(() => unpackRun(packRun({ ...run, progress: { ...run.progress, epoch: Number.NaN } }))).toThrow(/of another kind/);
  });
});

describe('the course of a run', () => {
  it('has means of the loss over stretches, and goes on behind the checkpoint that was resumed', () => {
    const first = courseOf(400);
    for (let epoch = 1; epoch <= 7; epoch++) first.add(epoch, epoch, epoch % 5 === 0 ? epoch / 10 : null);
    expect(first.loss).toEqual([2, 4, 6].map((epoch) => ({ epoch, value: epoch - 0.5 })));
    expect(first.nll).toEqual([{ epoch: 5, value: 0.5 }]);
    const second = courseOf(400, first);
    second.add(5, 1, 0.25);
    second.add(6, 3, null);
    expect(second.loss).toEqual([
      { epoch: 2, value: 1.5 },
      { epoch: 4, value: 3.5 },
      { epoch: 6, value: 2 },
    ]);
    expect(second.nll).toEqual([{ epoch: 5, value: 0.25 }]);
  });
});
