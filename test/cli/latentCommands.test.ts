import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { exportEnergyModel } from '../../exporters/exportEnergyModel.ts';
import { exportLatentModel } from '../../exporters/exportLatentModel.ts';
import { explicitVae, gaussianLikelihood, implicitVae, type LatentModel, mlpNetworks, wae } from '../../models/index.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { randomStream } from '../../random/stream.ts';
import { type LoadedModel, loadModel } from '../../runtime/index.ts';
import { tinyModel } from '../support/tinyModel.ts';
import { numbersIn, tfjsMvl, workFolder } from './support.ts';

const work = workFolder();
const options = { columns: 4, networks: mlpNetworks({ hidden: [6] }), seed: 5 };
const models = {
  implicit: implicitVae({ ...options, latent: sphere(2) }),
  explicit: explicitVae({ ...options, latent: euclidean(2), likelihood: gaussianLikelihood({ deviation: 0.5 }) }),
  wae: wae({ ...options, latent: sphere(2) }),
  mmd: wae({ ...options, latent: sphere(2), regulariser: 'mmd' }),
} satisfies Record<string, LatentModel>;
type Name = keyof typeof models;
const names = Object.keys(models) as Name[];

const file = (name: string) => work.path(`${name}.onnx`);
const loaded = {} as Record<Name, LoadedModel>;
const { uniform } = randomStream(2);
const rows = Array.from({ length: 5 }, () => [0, 1, 2, 3].map(() => uniform()));
const csv = (lines: readonly (readonly number[])[], header = 'a,b,c,d') => `${header}\n${lines.map((line) => line.join(',')).join('\n')}\n`;

beforeAll(async () => {
  for (const name of names) {
    work.write(`${name}.onnx`, (await exportLatentModel(models[name], { name })).bytes);
    loaded[name] = await loadModel(ort, file(name), { sessionOptions: { intraOpNumThreads: 1 } });
  }
  const energy = tinyModel();
  work.write('energy.onnx', (await exportEnergyModel(energy)).bytes);
  energy.dispose();
  work.write('rows.csv', csv(rows));
});
afterAll(async () => {
  for (const name of names) {
    await loaded[name].dispose();
    models[name].dispose();
  }
  work.remove();
});

/** Numbers as CSV rounds them. */
function close(found: readonly number[][], expected: readonly ArrayLike<number>[]): void {
  expect(found.map((row) => row.length)).toEqual(expected.map((row) => row.length));
  for (const [i, row] of found.entries()) for (const [k, value] of row.entries()) expect(value).toBeCloseTo(expected[i][k], 5);
}

describe('encode', () => {
  it.each(names)("gives the runtime's codes of %s, in order, by the seed", async (name) => {
    const { code, stdout, stderr } = await tfjsMvl('encode', file(name), work.path('rows.csv'), '--seed', '3');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(name === 'explicit' ? /^x,y\n/ : /^x,y,z\n/);
    close(numbersIn(stdout), (await loaded[name].encode(rows, { seed: 3 })).rows());
    expect((await tfjsMvl('encode', file(name), work.path('rows.csv'))).stdout).not.toBe(stdout);
  });

  it.each(names)('leaves the noise of %s out', async (name) => {
    const argv = ['encode', file(name), work.path('rows.csv'), '--deterministic'];
    const { code, stdout } = await tfjsMvl(...argv);
    expect(code).toBe(0);
    close(numbersIn(stdout), (await loaded[name].encode(rows, { deterministic: true })).rows());
    expect(await tfjsMvl(...argv, '--seed', '1')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--seed, --deterministic: .*Leave one/),
    });
  });

  it('takes columns and a delimiter, and writes to a file', async () => {
    const data = work.write(
      'wide.csv',
      csv(
        rows.map(([a, b, c, d]) => [9, d, c, b, a]),
        'id,d,c,b,a',
      ).replaceAll(',', ';'),
    );
    const argv = ['encode', file('implicit'), data, '--delimiter', 'semicolon', '--columns', 'a,b,c,d', '-o', work.path('codes.csv')];
    expect(await tfjsMvl(...argv)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(work.path('codes.csv'), 'utf8')).toBe((await tfjsMvl('encode', file('implicit'), work.path('rows.csv'))).stdout);
  });

  it.each<[string, string, string, string[], RegExp]>([
    ['an energy', 'energy', 'a\n1\n', [], /energy\.onnx: is an energy, which has no encoder; `tfjs-mvl score` evaluates it/],
    ['too few columns', 'implicit', '1,0\n', [], /data\.csv: its rows have 2 numbers, .*implicit\.onnx takes 4\. Choose columns/],
    ['a bad row', 'implicit', csv(rows).replace(/\d\.\d+\n$/, 'x\n'), [], /data\.csv:6: column 4 \(d\): "x" is not a finite number/],
    [
      'bytes',
      'implicit',
      '0,1,0,1\n0,255,0,0\n',
      [],
      /data\.csv:2: column 2 is 255, and the likelihood bernoulli has data in \[0, 1\]\. Scale the data as they were for training/,
    ],
    ['bytes, of means in [0, 1]', 'wae', '0,-1,0,1\n', [], /data\.csv:1: column 2 is -1, and the likelihood gaussian:0\.7\d*:unit/],
    ['a size for a table', 'implicit', csv(rows), ['--size', '2x2', '--channels', '1'], /--size, --channels: for folders of images/],
    ['a seed that is none', 'implicit', csv(rows), ['--seed', '-1'], /Expected a whole number/],
  ])('refuses %s and writes nothing', async (_, name, text, more, message) => {
    const data = work.write('data.csv', text);
    const before = work.list();
    const { code, stdout, stderr } = await tfjsMvl('encode', file(name), data, '-o', work.path('never.csv'), ...more);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(work.list()).toEqual(before);
  });

  it('says that the model goes first', async () => {
    const data = work.path('rows.csv');
    for (const command of ['encode', 'score'])
      expect(await tfjsMvl(command, data, file('implicit'))).toEqual({
        code: 2,
        stdout: '',
        stderr: `tfjs-mvl: ${data} ${file('implicit')}: the model goes before the data: tfjs-mvl ${command} ${file('implicit')} ${data}\n`,
      });
  });

  it('says in its help what the seed fixes', async () => {
    expect((await tfjsMvl('encode', '--help')).stdout.replace(/\s+/g, ' ')).toMatch(
      /For the same rows in the same order, the same seed gives the same codes: the noise of a row depends on its place\./,
    );
  });

  it('takes any numbers where means are real ones, and refuses what is not there', async () => {
    expect((await tfjsMvl('encode', file('explicit'), work.write('data.csv', '0,255,-7,0\n'))).code).toBe(0);
    expect(await tfjsMvl('encode', file('explicit'), work.path('absent.csv'), '--size', '2x2')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/absent\.csv: cannot be read: there is no such file/),
    });
    expect(await tfjsMvl('encode', work.path('absent.onnx'), work.path('data.csv'))).toMatchObject({ code: 2 });
    expect(await tfjsMvl('encode', file('explicit'), work.path('data.csv'), '-o', work.path('no/codes.csv'))).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/there is no folder/),
    });
  });
});

describe('sample', () => {
  it.each(names)('gives means of new data of %s, by the seed', async (name) => {
    const { code, stdout } = await tfjsMvl('sample', file(name), '-n', '6', '--seed', '3');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^x1,x2,x3,x4\n/);
    close(numbersIn(stdout), (await loaded[name].generate({ n: 6, seed: 3 })).rows());
    expect((await tfjsMvl('sample', file(name), '-n', '6', '--seed', '4')).stdout).not.toBe(stdout);
  });

  it('refuses what chains have', async () => {
    const { code, stdout, stderr } = await tfjsMvl('sample', file('wae'), '--steps', '1000', '--lonlat');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/--steps, --lonlat: .*wae\.onnx is a latent variable model, .* without chains\. Leave them out/);
  });
});

describe('score', () => {
  it('gives energies of codes of a model that learns the law of all of them', async () => {
    const codes = await loaded.wae.encode(rows);
    const data = work.write(
      'codes.csv',
      csv(
        codes.rows().map((row) => Array.from(row)),
        'x,y,z',
      ),
    );
    const { code, stdout } = await tfjsMvl('score', file('wae'), data);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^energy\n/);
    close(
      numbersIn(stdout),
      Array.from(await loaded.wae.energy(codes), (energy) => [energy]),
    );
  });

  it.each<[Name, RegExp]>([
    ['implicit', /of kind implicitVae, whose energies are those of codes given data, not of points.*encode/],
    ['explicit', /of kind explicitVae that learns no energy\. `tfjs-mvl encode`/],
    ['mmd', /of kind wae that learns no energy/],
  ])('refuses %s', async (name, message) => {
    const { code, stdout, stderr } = await tfjsMvl('score', file(name), work.path('rows.csv'));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('inspect', () => {
  it('shows what kind of model it is, where codes are, its noise and its functions', async () => {
    const { stdout } = await tfjsMvl('inspect', file('implicit'));
    expect(stdout).toMatch(/^kind +implicitVae$/m);
    expect(stdout).toMatch(/^latent +sphere:2, 3 columns$/m);
    expect(stdout).toMatch(/^columns +4$/m);
    expect(stdout).toMatch(/^likelihood +bernoulli$/m);
    expect(stdout).toMatch(/^noise +noise gaussian\[batch, 4\]$/m);
    expect(stdout).toMatch(/^functions +decoder\(z\), prior\(noise\), geodesic\(from, to, t\), estimator\(z, x\)$/m);
    expect(stdout).not.toMatch(/^manifold/m);
    const { latent } = JSON.parse((await tfjsMvl('inspect', file('mmd'), '--json')).stdout);
    expect(latent).toMatchObject({ kind: 'wae', manifold: 'sphere:2', columns: 4, codes: 3 });
    expect(Object.keys(latent.functions)).toEqual(['decoder', 'prior', 'geodesic']);
    expect((await tfjsMvl('inspect', file('energy'))).stdout).toMatch(/^manifold +sphere:2$/m);
  });

  it('counts the weights of the decoder too', async () => {
    const model = explicitVae({ ...options, latent: euclidean(2) });
    const { gaussian } = randomStream(6);
    // Biases of 0 are no part of a file.
    for (const network of Object.values(model.networks))
      network.setWeights(network.getWeights().map(({ shape, size }) => tf.tensor(Float32Array.from({ length: size }, gaussian), shape)));
    const { parameters } = JSON.parse(
      (await tfjsMvl('inspect', work.write('random.onnx', (await exportLatentModel(model)).bytes), '--json')).stdout,
    );
    // Trunks 4 → 6 and 2 → 6, heads 6 → 2 twice and 6 → 4.
    expect(parameters).toBe(4 * 6 + 6 + 2 * 6 + 6 + 2 * (6 * 2 + 2) + 6 * 4 + 4);
    model.dispose();
  });
});

describe('check', () => {
  const checked = async (model: LatentModel, change: Partial<LatentModel> = {}) =>
    tfjsMvl('check', work.write('checked.onnx', (await exportLatentModel({ ...model, ...change } as LatentModel)).bytes));
  const posterior = (model: LatentModel, z: (z: Tensor2D) => Tensor2D): Partial<LatentModel> => ({
    parts: {
      ...model.parts,
      posterior: {
        ...model.parts.posterior,
        draw: (x, noise) => ({ ...model.parts.posterior.draw(x, noise), z: z(model.parts.posterior.draw(x, noise).z) }),
      },
    },
  });

  it.each(names)('passes %s', async (name) => {
    const { code, stdout, stderr } = await tfjsMvl('check', file(name));
    expect(stdout).not.toMatch(/FAILED/);
    expect(code).toBe(0);
    const estimated = name === 'implicit' || name === 'wae';
    const done = stdout.split('\n').flatMap((line) => /^ok +(\w+)/.exec(line)?.[1] ?? []);
    expect(done).toEqual(['structure', 'encoder', 'decoder', 'prior', 'geodesic', ...(estimated ? ['score'] : [])]);
    expect(stderr).toMatch(estimated ? /^$/ : /Not checked: scores\. A model of kind \w+ without an estimator learns no energy of codes\./);
  });

  it.each<[string, Name, Partial<LatentModel>, RegExp]>([
    [
      'a score of the wrong sign',
      'implicit',
      { score: (z, x) => tf.neg(models.implicit.score(z, x)) },
      /^FAILED score +score against central/m,
    ],
    ['a score half as long', 'wae', { score: (z, x) => tf.mul(0.5, models.wae.score(z, x)) }, /^FAILED score +score against central/m],
    [
      'energies that are not finite',
      'wae',
      { energy: (z) => tf.log(tf.sub(tf.sum(z as Tensor2D, 1), 9)) as Tensor1D },
      /^FAILED score +an energy is not finite/m,
    ],
    [
      'codes off the sphere',
      'wae',
      posterior(models.wae, (z) => tf.mul(1.1, z)),
      /^FAILED encoder +codes at batch 1: row 0, .* lies 0\.1\d* away/m,
    ],
    [
      'noise that does nothing',
      'mmd',
      posterior(models.mmd, (z) => tf.add(tf.mul(0, z), [0, 0, 1])),
      /^FAILED encoder +at batch 1: another seed gave the same codes/m,
    ],
    [
      'means beyond [0, 1]',
      'mmd',
      { decode: (z) => tf.mul(2, models.mmd.decode(z)) },
      /^FAILED decoder +at batch \d+: a mean is not in \[0, 1\], as those of gaussian/m,
    ],
    [
      'means that depend on the batch',
      'explicit',
      { decode: (z) => tf.add(models.explicit.decode(z), tf.mean(z as Tensor2D)) },
      /^FAILED decoder +means depend on the batch size/m,
    ],
    [
      'means that are not finite',
      'explicit',
      { decode: (z) => tf.log(tf.neg(tf.abs(models.explicit.decode(z)))) },
      /^FAILED \w+ +.*not (a )?finite/m,
    ],
    [
      'a decoder that sees no codes',
      'explicit',
      { decode: (z) => tf.add(tf.mul(0, models.explicit.decode(z)), 0.5) },
      /^FAILED prior +another seed gave the same data/m,
    ],
    [
      'ways that go elsewhere',
      'explicit',
      { latent: { ...euclidean(2), log: (from, to) => tf.mul(0.5, tf.sub(to, from)) } },
      /^FAILED geodesic +a way does not end at its codes: \d\.\de\S+ off/m,
    ],
  ])('fails %s', async (_, name, change, message) => {
    const { code, stdout } = await checked(models[name], change);
    expect(stdout).toMatch(message);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ok +structure/m);
  });
});
