import { afterAll, describe, expect, it } from '@jest/globals';
import { checkCoordinates, coordinatesOf } from '../../cli/data/coordinates.ts';
import { type PointOptions, readPoints } from '../../cli/data/readPoints.ts';
import { InputError } from '../../cli/errors.ts';
import { numbersIn, tfjsMvl, workFolder } from './support.ts';

const work = workFolder();
afterAll(work.remove);

const read = (text: string, options: PointOptions) => readPoints(work.write('data.csv', text), options);
const S = Math.sqrt(0.75);

describe('reading angles', () => {
  // 60° is (½, √3/2), −90° is (0, −1), a turn is 0°.
  it.each([
    ['degrees', 'phi,psi\n60,-90\n360,180\n'],
    ['radians', `phi,psi\n${Math.PI / 3},${-Math.PI / 2}\n6.2832,3.14159265\n`],
  ] as const)('%s become pairs of cosine and sine', async (angles, text) => {
    const { points, note } = await read(text, { angles });
    const expected = [0.5, S, 0, -1, 1, 0, -1, 0];
    // 6.2832 stands for a turn and is 1.5e-5 more.
    for (const [i, value] of points.flat().entries()) expect(value).toBeCloseTo(expected[i], 4);
    expect(note).toBeNull();
  });

  it('takes the columns that are asked for', async () => {
    const { points } = await read('speed,dir\n3,90\n', { angles: 'degrees', columns: ['dir'] });
    expect(points[0]).toHaveLength(2);
    expect(points[0][1]).toBe(1);
  });

  it.each([
    ['a word', 'phi\n60\nnorth\n', 'degrees', /data\.csv:3: column 1 \(phi\): "north" is not a finite number\./],
    ['no number', 'phi,psi\n60,\n', 'degrees', /data\.csv:2: column 2 \(psi\) is empty\./],
    ['more than a turn', 'phi\n361\n', 'degrees', /"361" is not an angle in degrees, −360 to 360\.$/],
    [
      'degrees as radians',
      '60\n',
      'radians',
      /"60" is not an angle in radians, −2π to 2π\. If these are degrees, give --angles degrees\.$/,
    ],
    ['no angle at all', '1e4\n', 'radians', /"1e4" is not an angle in radians, −2π to 2π\.$/],
  ] as const)('refuses %s', async (_, text, angles, message) => {
    const reading = read(text, { angles });
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toBeInstanceOf(InputError);
  });

  it('wonders about degrees that would all be radians', async () => {
    expect((await read('0.5\n-3.1\n', { angles: 'degrees' })).note).toMatch(
      /within ±2π degrees; if they are radians, give --angles radians/,
    );
    expect((await read('0.5\n-31\n', { angles: 'degrees' })).note).toBeNull();
  });
});

describe('writing angles', () => {
  it.each(['degrees', 'radians'] as const)('in %s inverts reading', (unit) => {
    const { fromPoint, toPoint, names } = coordinatesOf({ angles: unit });
    const turn = unit === 'degrees' ? 360 : 2 * Math.PI;
    const given = [-0.4999, -0.25, 0, 0.1, 0.5].map((share) => share * turn);
    for (const [i, angle] of fromPoint(toPoint(given)).entries()) expect(angle).toBeCloseTo(given[i], 9);
    expect(fromPoint([-1, -0])).toEqual([turn / 2]);
    expect([names(2), names(6)]).toEqual([['angle'], ['angle1', 'angle2', 'angle3']]);
  });
});

describe('where angles belong', () => {
  it.each(['torus:1', 'torus:12', 'sphere:1'])('%s', (manifold) => {
    expect(() => checkCoordinates(coordinatesOf({ angles: 'degrees' }), manifold)).not.toThrow();
  });

  it.each(['sphere:2', 'euclidean:2', 'product(torus:1,euclidean:1)'])('not %s', (manifold) => {
    expect(() => checkCoordinates(coordinatesOf({ angles: 'degrees' }), manifold)).toThrow(
      `--angles degrees: angles are points of torus:n, or of sphere:1, but the manifold is ${manifold}.`,
    );
  });

  it('not beside longitude and latitude', () => {
    expect(() => coordinatesOf({ lonlat: true, angles: 'degrees' })).toThrow('--lonlat and --angles');
  });
});

describe('the commands', () => {
  const torsions = `phi,psi\n${Array.from({ length: 30 }, (_, i) => `${-60 + (i % 5)},${-45 + (i % 7)}`).join('\n')}\n`;
  const quick = ['--backend', 'cpu', '--hidden', '8', '--epochs', '2', '--batch-size', '16'];

  it('train, score and sample in angles, on the torus of the number of columns', async () => {
    const [data, model] = [work.write('torsions.csv', torsions), work.path('m.onnx')];
    const trained = await tfjsMvl('train', data, '--angles', 'degrees', '-o', model, ...quick);
    expect(trained.stdout).toMatch(/27 points of torus:2 to train on/);

    const radians = `phi,psi\n${numbersIn(torsions)
      .map((row) => row.map((degree) => (degree * Math.PI) / 180).join(','))
      .join('\n')}\n`;
    const scores = await tfjsMvl('score', model, data, '--angles', 'degrees');
    const same = await tfjsMvl('score', model, work.write('radians.csv', radians), '--angles', 'radians');
    expect(scores.stdout).toMatch(/^energy,log_density\n/);
    for (const [i, [energy]] of numbersIn(same.stdout).entries()) expect(energy).toBeCloseTo(numbersIn(scores.stdout)[i][0], 5);

    const settings = ['sample', model, '-n', '4', '--steps', '3'];
    const [ambient, degrees, turned] = await Promise.all([
      tfjsMvl(...settings),
      tfjsMvl(...settings, '--angles', 'degrees'),
      tfjsMvl(...settings, '--angles', 'radians'),
    ]);
    expect(degrees.stdout).toMatch(/^angle1,angle2\n/);
    for (const [i, point] of numbersIn(ambient.stdout).entries())
      for (const k of [0, 1]) {
        const angle = numbersIn(turned.stdout)[i][k];
        expect(Math.cos(angle)).toBeCloseTo(point[2 * k], 5);
        expect(Math.sin(angle)).toBeCloseTo(point[2 * k + 1], 5);
        expect(numbersIn(degrees.stdout)[i][k]).toBeCloseTo((angle * 180) / Math.PI, 3);
      }

    const one = await tfjsMvl('score', model, data, '--angles', 'degrees', '--columns', 'phi');
    expect(one).toMatchObject({ code: 2, stdout: '' });
    expect(one.stderr).toMatch(/its rows give 1 angle, a point of the model's manifold, torus:2, has 2\. Choose columns with --columns/);
    expect((await tfjsMvl('score', model, data)).stderr).toMatch(
      /give 2 coordinates, .* has 4\..*give --angles degrees or --angles radians/,
    );
    expect(await tfjsMvl('sample', model, '--lonlat')).toMatchObject({ code: 2 });
  });

  it('train on the circle, with bumps', async () => {
    const data = work.write('wind.csv', `dir\n${Array.from({ length: 30 }, (_, i) => 200 + i).join('\n')}\n`);
    const argv = ['--angles', 'degrees', '--manifold', 'sphere:1', '--bumps', '3', '--epochs', '1', '--backend', 'cpu'];
    const { code, stdout } = await tfjsMvl('train', data, '-o', work.path('wind.onnx'), ...argv);
    expect(code).toBe(0);
    expect(stdout).toMatch(/27 points of sphere:1/);
    expect((await tfjsMvl('sample', work.path('wind.onnx'), '-n', '2', '--steps', '1', '--angles', 'degrees')).stdout).toMatch(/^angle\n/);
  });

  it.each([
    ['three angles on torus:2', ['--angles', 'degrees', '--manifold', 'torus:2'], '1,2,90\n', /3 angles, a point of torus:2 has 2/],
    ['two angles on the circle', ['--angles', 'degrees', '--manifold', 'sphere:1'], '1,90\n', /2 angles, a point of sphere:1 has 1/],
    ['another manifold', ['--angles', 'degrees', '--manifold', 'sphere:2'], '1,90\n', /but the manifold is sphere:2/],
    ['another unit', ['--angles', 'turns'], '1,90\n', /Allowed choices are degrees, radians/],
    ['both kinds of degrees', ['--angles', 'degrees', '--lonlat'], '1,90\n', /--lonlat and --angles/],
  ])('train refuses %s', async (_, options, text, message) => {
    const { code, stderr } = await tfjsMvl('train', work.write('data.csv', text), '-o', work.path('never.onnx'), ...options);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(work.list()).not.toContain('never.onnx');
  });
});
