import { mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { toLonLat } from '../../cli/data/lonlat.ts';
import { recipeOf } from '../../cli/train/network.ts';
import { smoothingOf } from '../../cli/train/smoothing.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { parseManifold } from '../../plugin/manifolds/parseManifold.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { cap } from '../support/tinyModel.ts';
import { tfjsMvl, workFolder } from './support.ts';

let work: ReturnType<typeof workFolder>;
beforeEach(() => {
  work = workFolder();
});
afterEach(() => work.remove());

const places = `lat,lon\n${cap(60)
  .map((point) => toLonLat(point).toReversed().join(','))
  .join('\n')}\n`;
const QUICK = ['--hidden', '6', '--epochs', '2', '--batch-size', '32', '--backend', 'cpu'];

describe('train', () => {
  it('trains, exports, checks and reports, and leaves nothing else', async () => {
    const data = work.write('places.csv', places);
    const argv = ['train', data, '--lonlat', '--out', work.path('m.onnx'), '--save-dir', work.path('m'), ...QUICK];
    const { code, stdout, stderr } = await tfjsMvl(...argv, '--name', 'north');
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'tfjs computes on cpu\n' });
    expect(work.list()).toEqual(['m', 'm.onnx', 'places.csv']);
    expect(stdout).toMatch(/54 points of sphere:2 to train on, 6 to validate on/);
    expect(stdout).toMatch(/training +4 steps in 2 epochs on cpu, smoothing 0\.3 to 0\.02/);
    expect(stdout).toMatch(/loss +mvlRld -?\d+\.\d+, validation -?\d/);
    expect(stdout).toMatch(/nll +\d\.\d{4} nats on the validation points \(uniform: 2\.5310\)/);
    expect(stdout).toMatch(/wrote .*m\.onnx, .* agrees with tfjs to/);
    expect((await tfjsMvl('check', work.path('m.onnx'))).code).toBe(0);
    const { card } = JSON.parse((await tfjsMvl('inspect', work.path('m.onnx'), '--json')).stdout);
    expect(card).toMatchObject({ name: 'north', manifold: 'sphere:2', training: { epochs: 2, steps: 4, seed: 0 } });

    expect((await tfjsMvl('export', work.path('m'), '-o', work.path('again.onnx'))).code).toBe(0);
    const [first, second] = await Promise.all(['m.onnx', 'again.onnx'].map((name) => tfjsMvl('score', work.path(name), data, '--lonlat')));
    expect(second.stdout).toBe(first.stdout);
  });

  it('gives the same model for the same seed, and another for another', async () => {
    const data = work.write('places.csv', places);
    const trained = async (seed: string) => {
      expect((await tfjsMvl('train', data, '--lonlat', '-o', work.path('m.onnx'), '--seed', seed, ...QUICK)).code).toBe(0);
      return (await tfjsMvl('score', work.path('m.onnx'), data, '--lonlat')).stdout;
    };
    const first = await trained('3');
    expect(await trained('3')).toBe(first);
    expect(await trained('4')).not.toBe(first);
  });

  it.each([
    ['mvl-ld', ['--smoothing', '0.5:0.1', '--noise', 'rademacher']],
    ['exact', ['--smoothing', 'none', '--validation-split', '0.5']],
    ['mvl-rld', ['--epsilon', '1e-3', '--smoothing', '0.2', '--validation-split', '0', '--no-checkpoint']],
  ])('trains by %s in the plane', async (loss, options) => {
    const rows = Array.from({ length: 24 }, (_, i) => `${i},${Math.cos(i)},${Math.sin(2 * i)}`);
    const data = work.write('plane.csv', `id,a,b\n${rows.join('\n')}\n`);
    const out = work.path('m.onnx');
    const { code, stdout } = await tfjsMvl('train', data, '--columns', 'a,b', '--loss', loss, '-o', out, ...QUICK, ...options);
    expect(code).toBe(0);
    expect(stdout).toMatch(/of euclidean:2 to train on/);
    expect(stdout).not.toMatch(/nll/);
    expect((await tfjsMvl('score', out, data, '--columns', 'a,b')).stdout).toMatch(/^energy\n-?\d/);
  });

  it('keeps a checkpoint that was asked for, goes on from it, and says where one is replaced', async () => {
    const data = work.write('places.csv', places);
    const argv = ['train', data, '--lonlat', '-o', work.path('m.onnx'), '--checkpoint', work.path('state'), ...QUICK];
    expect((await tfjsMvl(...argv, '--resume')).stderr).toMatch(/--resume: there is no checkpoint .*state/);
    expect((await tfjsMvl(...argv)).code).toBe(0);
    expect(work.list()).toEqual(['m.onnx', 'places.csv', 'state']);
    const scores = () => tfjsMvl('score', work.path('m.onnx'), data, '--lonlat');
    const finished = await scores();
    expect((await tfjsMvl(...argv, '--resume')).code).toBe(0);
    expect(await scores()).toEqual(finished);
    expect((await tfjsMvl(...argv)).stderr).toMatch(/Starting anew; the checkpoint .*state of an earlier run is replaced/);
    expect((await tfjsMvl(...argv.slice(0, 5), '--no-checkpoint', '--resume')).stderr).toMatch(/no checkpoint to go on from/);
  });
});

describe('what train refuses, with nothing written', () => {
  it.each([
    ['no output', 'lat,lon\n1,2\n', ['--lonlat'], /nothing to write; give --out/],
    ['an output in a missing folder', 'lat,lon\n1,2\n', ['--lonlat', '-o', 'WORK/absent/m.onnx'], /there is no folder/],
    ['a bad row', 'lat,lon\n1,2\n3,x\n', ['--lonlat', '-o', 'WORK/m.onnx'], /data\.csv:3: column 2 \(lon\): "x"/],
    ['a latitude out of range', 'lat,lon\n1,2\n-91,0\n', ['--lonlat', '-o', 'WORK/m.onnx'], /data\.csv:3: .*not a latitude/],
    ['an unknown manifold', '1,2\n', ['--manifold', 'klein:2', '-o', 'WORK/m.onnx'], /Unknown manifold "klein:2"/],
    ['too few columns', '1,2\n', ['--manifold', 'sphere:2', '-o', 'WORK/m.onnx'], /2 coordinates, a point of sphere:2 has 3.*--lonlat/],
    [
      'degrees elsewhere than on the sphere',
      '1,2\n',
      ['--lonlat', '--manifold', 'sphere:1', '-o', 'WORK/m.onnx'],
      /points of sphere:2, but the manifold is sphere:1/,
    ],
    [
      'points off the sphere',
      'x,y,z\n0,0,1\n0,0,2\n',
      ['--manifold', 'sphere:2', '-o', 'WORK/m.onnx'],
      /data\.csv:3: the point \[0, 0, 2\], lies 1\.00 away/,
    ],
    [
      'a loss on another manifold',
      'x,y,z\n0,0,1\n',
      ['--manifold', 'sphere:2', '--loss', 'mvl-ld', '-o', 'WORK/m.onnx'],
      /the loss mvlLd is on euclidean/,
    ],
    ['a validation share of nothing', '1\n2\n', ['--validation-split', '0.1', '-o', 'WORK/m.onnx'], /validationSplit = 0\.1 of 2 points/],
  ])('%s', async (_, text, options, message) => {
    const data = work.write('data.csv', text);
    const argv = options.map((option) => option.replace('WORK', work.path('')));
    const { code, stdout, stderr } = await tfjsMvl('train', data, '--backend', 'cpu', ...argv);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(work.list()).toEqual(['data.csv']);
  });

  it('a file where a folder should be, and a folder where a file should be', async () => {
    const data = work.write('data.csv', '1,2\n');
    mkdirSync(work.path('folder'));
    expect(await tfjsMvl('train', data, '-o', work.path('folder'))).toMatchObject({ code: 2 });
    expect(await tfjsMvl('train', data, '--save-dir', data)).toMatchObject({ code: 2 });
  });
});

describe('networks', () => {
  it.each([
    ['bumps', 'sphere:2', {}],
    ['bumps', 'sphere:1', { bumps: 4 }],
    ['bumps', 'sphere:3', { network: 'bumps' }],
    ['mlp', 'sphere:3', {}],
    ['mlp', 'sphere:2', { hidden: [4] }],
    ['mlp', 'sphere:2', { network: 'mlp' }],
    ['mlp', 'euclidean:2', {}],
  ] as const)('are %s on %s with %j', (kind, name, flags) => {
    const { network, averaging } = recipeOf({ network: 'auto', seed: 0, ...flags }, parseManifold(name), undefined, [
      [1, 0, 0, 0].slice(0, name.endsWith('3') ? 4 : name.endsWith('2') ? 3 : 2),
    ]);
    expect(network.layers.some((layer) => layer.getClassName() === 'SphericalBumps')).toBe(kind === 'bumps');
    expect(averaging !== null).toBe(kind === 'bumps');
    network.dispose();
  });

  it('of bumps are what train makes on the sphere', async () => {
    const data = work.write('places.csv', places);
    const argv = ['train', data, '--lonlat', '-o', work.path('m.onnx'), '--bumps', '3', '--epochs', '1', '--backend', 'cpu'];
    expect((await tfjsMvl(...argv)).code).toBe(0);
    const { nodes } = JSON.parse((await tfjsMvl('inspect', work.path('m.onnx'), '--json')).stdout);
    expect(nodes).toHaveProperty('Exp');
  });
});

describe('automatic smoothing', () => {
  it('follows the size of the data where the manifold has none', () => {
    // Coordinates with standard deviations 1 and 7: root mean square 5.
    const points = [
      [1, 7],
      [-1, -7],
      [1, -7],
      [-1, 7],
    ];
    expect(smoothingOf('auto', euclidean(2), points)).toEqual({ from: 2.5, to: 0.25 });
    expect(smoothingOf('auto', euclidean(2), [[3, 4]])).toBeUndefined();
    expect(smoothingOf('auto', sphere(2), [[0, 0, 1]])).toEqual({ from: 0.3, to: 0.02 });
    expect(smoothingOf('none', sphere(2), [[0, 0, 1]])).toBeUndefined();
    expect(smoothingOf({ from: 1, to: 2 }, sphere(2), [])).toEqual({ from: 1, to: 2 });
  });
});
