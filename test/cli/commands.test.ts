import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportEnergyModel } from '../../exporters/exportEnergyModel.ts';
import type { EnergyModel } from '../../plugin/energy/energyModel.ts';
import { tinyModel } from '../support/tinyModel.ts';
import { tfjsMvl, workFolder } from './support.ts';

const work = workFolder();
let model: EnergyModel;
let onnx: string;

beforeAll(async () => {
  model = tinyModel();
  onnx = work.write('tiny.onnx', (await exportEnergyModel(model, { name: 'tiny', metadata: { logPartition: 1.5 } })).bytes);
  await model.save(work.path('tiny'));
});
afterAll(() => {
  model.dispose();
  work.remove();
});

const lines = (csv: string) => csv.trimEnd().split('\n');
const numbers = (csv: string) =>
  lines(csv)
    .slice(1)
    .map((line) => line.split(',').map(Number));

describe('the command line itself', () => {
  it('shows help and version on standard output', async () => {
    const help = await tfjsMvl('--help');
    expect(help.code).toBe(0);
    for (const command of ['train', 'export', 'check', 'inspect', 'score', 'sample', 'encode'])
      expect(help.stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(help.stdout).toMatch(/Exit codes: 0 done; 1 the work failed; 2 wrong command line or input; 130/);
    expect(help.stderr).toBe('');
    expect(await tfjsMvl('--version')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    expect((await tfjsMvl('sample', '--help')).stdout).toMatch(/--number <n>/);
  });

  it('groups the options of train by the models that have them, and names what has to be installed', async () => {
    const { stdout } = await tfjsMvl('train', '--help');
    const [all, energies, latent] = stdout.split(/^For .*:$/m);
    for (const name of ['--epochs', '--network', '--seed', '--columns']) expect(all).toContain(`  ${name} `);
    for (const name of ['--loss', '--smoothing', '--lonlat', '--bumps', '--manifold']) expect(energies).toContain(`  ${name} `);
    for (const name of ['--latent', '--likelihood', '--size', '--channels']) expect(latent).toContain(`  ${name} `);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/a folder of images, which takes npm install jimp .* auto: with --model mlp, /);
  });

  it.each([
    ['no command', [], /Usage: tfjs-mvl/],
    ['an unknown command', ['fly'], /unknown command 'fly'/],
    ['an unknown option', ['sample', 'm.onnx', '--fast'], /unknown option '--fast'/],
    ['a missing argument', ['score', 'm.onnx'], /missing required argument 'data.csv'/],
    ['a bad number', ['sample', 'm.onnx', '-n', 'many'], /'many' is invalid\. Expected a whole number/],
    ['an unknown choice', ['train', 'd.csv', '--loss', 'l2'], /Allowed choices are mvl-rld, mvl-ld, exact/],
    ['a missing output', ['export', 'folder'], /required option '-o, --out <file>'/],
  ])('answers %s with 2', async (_, argv, message) => {
    const { code, stdout, stderr } = await tfjsMvl(...argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('score', () => {
  const points = 'x,y,z\n0,0,1\n1,0,0\n0,-0.6,0.8\n';

  it("gives tfjs's energies, and log densities, in order", async () => {
    const { code, stdout, stderr } = await tfjsMvl('score', onnx, work.write('points.csv', points));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines(stdout)[0]).toBe('energy,log_density');
    const expected = await model
      .energy([
        [0, 0, 1],
        [1, 0, 0],
        [0, -0.6, 0.8],
      ])
      .data();
    for (const [i, [energy, density]] of numbers(stdout).entries()) {
      expect(energy).toBeCloseTo(expected[i], 5);
      expect(density).toBeCloseTo(-expected[i] - 1.5, 5);
    }
  });

  it('reads longitude and latitude, and writes to a file', async () => {
    const places = work.write('places.csv', 'lat,lon\n90,0\n0,0\n');
    const { code, stdout } = await tfjsMvl('score', onnx, places, '--lonlat', '-o', work.path('energies.csv'));
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const same = await tfjsMvl('score', onnx, work.write('points.csv', points));
    const [pole, greenwich] = numbers(readFileSync(work.path('energies.csv'), 'utf8'));
    expect(pole[0]).toBeCloseTo(numbers(same.stdout)[0][0], 6);
    expect(greenwich[0]).toBeCloseTo(numbers(same.stdout)[1][0], 6);
  });

  it('says which column it took for longitude', async () => {
    const { stderr } = await tfjsMvl('score', onnx, work.write('places.csv', '0,90\n'), '--lonlat');
    expect(stderr).toMatch(/column 1 is read as longitude/);
  });

  it.each([
    ['a bad row', '0,0,1\n1,2\n', [], /data\.csv:2: has 2 columns/],
    ['a point off the sphere', '# c\n0,0,1\n\n1,1,1\n', [], /data\.csv:4: the point \[1, 1, 1\], has norm 1\.73/],
    ['degrees', '10,20\n', [], /its rows give 2 coordinates, a point of the model's manifold, sphere:2, has 3.*--lonlat/],
    ['four columns', '1,0,0,0\n', [], /its rows give 4 coordinates.*--columns a,b,…\.$/m],
  ])('refuses %s and writes nothing', async (_, text, options, message) => {
    const before = work.list();
    const data = work.write('data.csv', text);
    const { code, stdout, stderr } = await tfjsMvl('score', onnx, data, ...options, '-o', work.path('never.csv'));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(work.list()).toEqual([...new Set([...before, 'data.csv'])].sort());
  });

  it('refuses a model that is none, and an output that cannot be', async () => {
    const data = work.write('points.csv', points);
    expect(await tfjsMvl('score', work.path('absent.onnx'), data)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/absent\.onnx: there is no such file/),
    });
    expect(await tfjsMvl('score', data, data)).toMatchObject({ code: 2, stderr: expect.stringMatching(/not a whole ONNX file/) });
    const nowhere = work.path('absent/out.csv');
    expect(await tfjsMvl('score', onnx, data, '-o', nowhere)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/there is no folder/),
    });
  });
});

describe('sample', () => {
  it('gives the same points for the same seed, on the sphere', async () => {
    const settings = ['sample', onnx, '-n', '20', '--steps', '5', '--candidates', '100', '--seed', '4'];
    const { code, stdout } = await tfjsMvl(...settings);
    expect(code).toBe(0);
    expect(lines(stdout)[0]).toBe('x,y,z');
    expect(numbers(stdout)).toHaveLength(20);
    for (const point of numbers(stdout)) expect(Math.hypot(...point)).toBeCloseTo(1, 5);
    expect((await tfjsMvl(...settings)).stdout).toBe(stdout);
    expect((await tfjsMvl(...settings.with(-1, '5'))).stdout).not.toBe(stdout);
  });

  it('writes longitude and latitude of the same points', async () => {
    const settings = ['sample', onnx, '-n', '3', '--steps', '2', '--step-size', '0.01'];
    const points = numbers((await tfjsMvl(...settings)).stdout);
    expect(await tfjsMvl(...settings, '--lonlat', '-o', work.path('places.csv'))).toMatchObject({ code: 0, stdout: '' });
    const places = readFileSync(work.path('places.csv'), 'utf8');
    expect(lines(places)[0]).toBe('lon,lat');
    for (const [i, [longitude, latitude]] of numbers(places).entries()) {
      expect(Math.sin((latitude * Math.PI) / 180)).toBeCloseTo(points[i][2], 5);
      expect(Math.tan((longitude * Math.PI) / 180)).toBeCloseTo(points[i][1] / points[i][0], 3);
    }
  });

  it('refuses settings that make no sense', async () => {
    expect(await tfjsMvl('sample', onnx, '-n', '10', '--candidates', '5')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/at least n = 10/),
    });
  });
});

describe('export', () => {
  it('writes what scores as the saved model does, with its normalisation', async () => {
    const out = work.path('exported.onnx');
    const { code, stdout, stderr } = await tfjsMvl('export', work.path('tiny'), '-o', out, '--opset', '20');
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/wrote .*exported\.onnx, .* kB; agrees with tfjs to \d\.\de-\d+ in onnxruntime-node/),
    });
    const { stdout: scores } = await tfjsMvl('score', out, work.write('points.csv', '0,0,1\n'));
    const [[energy, density]] = numbers(scores);
    expect(energy).toBeCloseTo((await model.energy([[0, 0, 1]]).data())[0], 5);
    const card = JSON.parse((await tfjsMvl('inspect', out, '--json')).stdout).card;
    expect(card).toMatchObject({ name: 'tiny', manifold: 'sphere:2' });
    expect(density).toBeCloseTo(-energy - card.logPartition, 5);
    // A tiny network is far from the uniform density's log 4π by less than its energies' range.
    expect(Math.abs(card.logPartition - Math.log(4 * Math.PI))).toBeLessThan(2);
  });

  it('refuses an operator set that there is not', async () => {
    expect(await tfjsMvl('export', work.path('tiny'), '-o', work.path('never.onnx'), '--opset', '12')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'tfjs-mvl: --opset: opset 12 is not supported; choose 18 to 26 (default 21).\n',
    });
    expect(work.list()).not.toContain('never.onnx');
  });

  it.each([
    ['no such folder', 'absent', /absent: there is no such folder/],
    ['a file', 'tiny.onnx', /is a file, expected a folder/],
    ['a folder without a model', '.', /no saved model at/],
  ])('refuses %s', async (_, folder, message) => {
    const { code, stderr } = await tfjsMvl('export', work.path(folder), '-o', work.path('never.onnx'));
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(work.list()).not.toContain('never.onnx');
  });
});

describe('inspect', () => {
  it('shows the card and the graph', async () => {
    const { code, stdout } = await tfjsMvl('inspect', onnx);
    expect(code).toBe(0);
    expect(stdout).toMatch(/inputs +x float32\[batch, 3\]/);
    expect(stdout).toMatch(/outputs +energy float32\[batch\], score float32\[batch, 3\]/);
    expect(stdout).toMatch(/graph +\d+ nodes: .*Gemm \d/);
    expect(stdout).toMatch(/tfjs_mvl\.Step +\d+ nodes/);
    expect(stdout).toMatch(/manifold +sphere:2/);
    expect(stdout).toMatch(/training +–/);
  });

  it.each([
    ['text', 'hello', /bad\.onnx \(5 bytes\): is no ONNX file\. Expected one that `tfjs-mvl train`/],
    ['numbers', 'a,b\n-1,2\n', /bad\.onnx \(9 bytes\): is no ONNX file\. Expected/],
    ['nothing', '', /is no complete ONNX file: it is empty\./],
    ['a version alone', Uint8Array.of(8, 10), /is no complete ONNX file: it has no graph\./],
  ])('refuses %s, as check does', async (_, content, message) => {
    const bad = work.write('bad.onnx', content);
    for (const command of ['inspect', 'check']) {
      const { code, stderr } = await tfjsMvl(command, bad);
      expect(code).toBe(2);
      expect(stderr).toMatch(message);
    }
  });

  it('refuses what is cut short', async () => {
    const { code, stderr } = await tfjsMvl('inspect', work.write('half.onnx', readFileSync(onnx).subarray(0, 1000)));
    expect(code).toBe(2);
    expect(stderr).toMatch(/half\.onnx \(1000 bytes\): is no complete ONNX file: it is cut short or damaged\. Expected/);
  });
});
