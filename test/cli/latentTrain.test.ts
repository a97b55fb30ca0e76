import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Jimp } from 'jimp';
import * as ort from 'onnxruntime-node';
import { LATENT_MODELS } from '../../cli/train/names.ts';
import { writeLatentFile } from '../../cli/writeLatentFile.ts';
import { explicitVae, imageFolder, mlpNetworks } from '../../models/index.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { randomStream } from '../../random/stream.ts';
import { loadModel } from '../../runtime/index.ts';
import { keepOnnx } from '../support/onnxFiles.ts';
import { tfjsMvl, workFolder } from './support.ts';

let work: ReturnType<typeof workFolder>;
beforeEach(() => {
  work = workFolder();
});
afterEach(() => work.remove());

/** n rows of four waves in [0, 1], one phase each. */
function waves(n: number): number[][] {
  const { uniform } = randomStream(3);
  return Array.from({ length: n }, () => {
    const phase = 2 * Math.PI * uniform();
    return [0, 1, 2, 3].map((k) => 0.5 + 0.45 * Math.cos(phase + k));
  });
}

const table = (rows: readonly (readonly number[])[]) => `a,b,c,d\n${rows.map((row) => row.join(',')).join('\n')}\n`;
const QUICK = ['--hidden', '8', '--epochs', '2', '--batch-size', '16', '--backend', 'cpu'];
const VAE = ['--model', 'explicit-vae', '--latent', 'euclidean:2'];

/** A folder of images of a size, each of another colour that grows darker from left to right. */
async function folderOf(names: readonly string[], width: number, height: number): Promise<string> {
  mkdirSync(work.path('images'));
  for (const [i, name] of names.entries()) {
    const picture = new Jimp({ width, height });
    for (let p = 0; p < width * height; p++)
      picture.bitmap.data.set([40 * i, 255 - 30 * i, Math.round((255 * (p % width)) / width), 255], 4 * p);
    work.write(`images/${name}`, await picture.getBuffer('image/png'));
  }
  return work.path('images');
}

describe('train --model', () => {
  it.each(LATENT_MODELS)('%s trains on a table, exports, compares and reports, and leaves nothing else', async (model) => {
    const data = work.write('waves.csv', table(waves(40)));
    const out = work.path('m.onnx');
    const { code, stdout, stderr } = await tfjsMvl(
      'train',
      data,
      '--model',
      model,
      '--latent',
      'sphere:2',
      '-o',
      out,
      ...QUICK,
      '--name',
      'four',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'tfjs computes on cpu\n' });
    expect(work.list()).toEqual(['m.onnx', 'waves.csv']);
    expect(stdout).toMatch(/waves\.csv: 36 rows, 4 numbers each, to train on, 4 to validate on/);
    const likelihood = model.startsWith('wae') ? 'gaussian:0\\.7071\\d*:unit' : 'bernoulli';
    expect(stdout).toMatch(new RegExp(`model +${model} with codes on sphere:2, likelihood ${likelihood}$`, 'm'));
    expect(stdout).toMatch(/training +6 steps in 2 epochs on cpu/);
    expect(stdout).toMatch(/reconstruction +\d+\.\d{4} nats, validation \d+\.\d{4}/);
    // What is known up to a constant only is not shown.
    const known = { 'explicit-vae': 'kl +\\d\\.\\d{4} nats', 'wae-gan': 'gan +\\d\\.\\d{4}', 'wae-mmd': 'mmd +-?\\d\\.\\d{4}' }[
      model as string
    ];
    expect(/^(kl|gan|mmd|mvl\w+) /m.exec(stdout)?.[1]).toBe(known?.split(' ')[0]);
    if (known) expect(stdout).toMatch(new RegExp(`^${known}, validation `, 'm'));
    expect(stdout).toMatch(/wrote .*m\.onnx, .* agrees with tfjs to \d\.\de-\d+ in onnxruntime-node/);
    const { card } = JSON.parse((await tfjsMvl('inspect', out, '--json')).stdout);
    expect(card).toMatchObject({ name: 'four', manifold: 'sphere:2', columns: 4, training: { epochs: 2, points: 36 } });
    keepOnnx(`command ${model}`, readFileSync(out));
  });

  it('learns to give rows back', async () => {
    const rows = waves(400);
    const data = work.write('waves.csv', table(rows));
    const options = ['--likelihood', 'gaussian:0.1', '--hidden', '32', '--epochs', '60', '--batch-size', '64', '--backend', 'cpu'];
    const { stdout } = await tfjsMvl('train', data, ...VAE, '-o', work.path('m.onnx'), ...options);
    const [, nats] = /reconstruction +(-?\d+\.\d+) nats/.exec(stdout) as RegExpExecArray;
    // Their mean would have, with variances .45²/2: Σ ½ (v/σ² + log 2πσ²) = 2 (10.1 − 2.77).
    expect(Number(nats)).toBeLessThan(5);
  });

  it.each(['gaussian:0.3:real', 'gaussian:0.3:unit', 'bernoulli:grey'])('takes the likelihood %s and prints it', async (likelihood) => {
    const data = work.write('waves.csv', table(waves(20)));
    const { code, stdout } = await tfjsMvl('train', data, ...VAE, '--likelihood', likelihood, '-o', work.path('m.onnx'), ...QUICK);
    expect(code).toBe(0);
    expect(/likelihood (\S+)$/m.exec(stdout)?.[1]).toBe(likelihood);
  });

  it('keeps codes near the prior by the weight of the regulariser', async () => {
    const data = work.write('waves.csv', table(waves(60)));
    const train = async (weight: string) => {
      const options = ['--weight', weight, '--hidden', '16', '--epochs', '60', '--batch-size', '16', '--backend', 'cpu'];
      const { stdout } = await tfjsMvl('train', data, ...VAE, ...options, '-o', work.path(`m${weight}.onnx`));
      expect(stdout).toMatch(new RegExp(`^weight +${weight} of the regulariser$`, 'm'));
      return Number((/^kl +(\d+\.\d+) nats/m.exec(stdout) as RegExpExecArray)[1]);
    };
    expect(await train('100')).toBeLessThan(0.2 * (await train('0.1')));
  });

  it('gives the same model for the same seed, and another for another', async () => {
    const data = work.write('waves.csv', table(waves(30)));
    const trained = async (seed: string) => {
      expect((await tfjsMvl('train', data, ...VAE, '-o', work.path('m.onnx'), '--seed', seed, ...QUICK)).code).toBe(0);
      return (await tfjsMvl('encode', work.path('m.onnx'), data)).stdout;
    };
    const first = await trained('3');
    expect(first).toMatch(/^x,y\n/);
    expect(await trained('3')).toBe(first);
    expect(await trained('4')).not.toBe(first);
  });

  it('stops in order at Ctrl-C, and goes on as if never stopped', async () => {
    const data = work.write('waves.csv', table(waves(60)));
    const train = (out: string, ...more: string[]) =>
      tfjsMvl('train', data, '--model', 'implicit-vae', '--latent', 'sphere:2', '-o', work.path(out), ...QUICK.with(3, '15'), ...more);
    const before = process.listenerCount('SIGINT');
    // Some steps after training has begun to listen.
    let ticks = 0;
    const stopping = setInterval(() => {
      if (process.listenerCount('SIGINT') > before && ++ticks === 10) process.emit('SIGINT');
    }, 20);
    const stopped = await train('m.onnx');
    clearInterval(stopping);
    expect(stopped).toMatchObject({ code: 130, stdout: '', stderr: expect.stringMatching(/Stopped by Ctrl-C; .* --resume/) });
    expect(work.list()).toEqual(['m.onnx.checkpoint', 'waves.csv']);
    expect((await train('m.onnx', '--resume')).code).toBe(0);
    expect(existsSync(work.path('m.onnx.checkpoint'))).toBe(false);
    expect((await train('whole.onnx')).code).toBe(0);
    const [resumed, whole] = await Promise.all(['m.onnx', 'whole.onnx'].map((name) => tfjsMvl('encode', work.path(name), data)));
    expect(resumed).toEqual(whole);
  });

  it('saves a tfjs model, which `export` makes the same file of', async () => {
    const data = work.write('waves.csv', table(waves(30)));
    const out = ['-o', work.path('m.onnx'), '--save-dir', work.path('m')];
    const { stdout } = await tfjsMvl('train', data, ...VAE, ...out, ...QUICK, '--name', 'm');
    expect(stdout).toMatch(/wrote .*m\n$/);
    const exported = await tfjsMvl('export', work.path('m'), '-o', work.path('again.onnx'));
    expect(exported).toEqual({ code: 0, stdout: '', stderr: expect.stringMatching(/wrote .*again\.onnx, .* agrees with tfjs/) });
    const [first, second] = await Promise.all(['m.onnx', 'again.onnx'].map((name) => tfjsMvl('encode', work.path(name), data)));
    expect(second).toEqual(first);
  });
});

describe('a folder of images', () => {
  it('is trained on at a size, which the file says to `encode`', async () => {
    const folder = await folderOf(['c.png', 'a, b.png', 'b.png'], 12, 8);
    const out = work.path('m.onnx');
    const { code, stdout } = await tfjsMvl('train', `${folder}/`, '--size', '6x4', ...VAE, '-o', out, ...QUICK);
    expect(code).toBe(0);
    expect(stdout).toMatch(/3 images of 6x4 in grey, 24 numbers each, to train on, 0 to validate on/);
    const { card } = JSON.parse((await tfjsMvl('inspect', out, '--json')).stdout);
    expect(card).toMatchObject({ name: 'images', columns: 24, image: { width: 6, height: 4, channels: 1 } });
    const encoded = await tfjsMvl('encode', out, folder, '--seed', '2');
    expect(encoded.code).toBe(0);
    const lines = encoded.stdout.trim().split('\n');
    expect(lines.map((line) => line.replace(/(,-?[\d.e-]+)+$/, ''))).toEqual(['file,x,y', '"a, b.png"', 'b.png', 'c.png']);
    expect(await tfjsMvl('encode', out, folder, '--seed', '2', '--size', '6x4', '--channels', '1')).toEqual(encoded);
    const { images } = await imageFolder(folder, { width: 6, height: 4, channels: 1 });
    const model = await loadModel(ort, out);
    const codes = await model.encode(images, { seed: 2 });
    await model.dispose();
    const written = lines.slice(1).flatMap((line) => line.split(',').slice(-2).map(Number));
    expect(written).toHaveLength(6);
    for (const [i, value] of written.entries()) expect(value).toBeCloseTo(codes[i], 5);
    expect(await tfjsMvl('encode', out, folder, '--size', '4x4')).toMatchObject({ code: 2, stdout: '' });
  });

  it('is kept with a saved model, until that is of a table', async () => {
    const folder = await folderOf(['a.png', 'b.png'], 12, 8);
    const save = ['--save-dir', work.path('m')];
    expect((await tfjsMvl('train', folder, '--size', '6x4', ...VAE, ...save, ...QUICK)).code).toBe(0);
    const out = work.path('again.onnx');
    const card = async () => {
      expect((await tfjsMvl('export', work.path('m'), '-o', out)).code).toBe(0);
      return JSON.parse((await tfjsMvl('inspect', out, '--json')).stdout).card;
    };
    expect((await card()).image).toEqual({ width: 6, height: 4, channels: 1 });
    expect((await tfjsMvl('encode', out, folder)).code).toBe(0);
    expect(await tfjsMvl('encode', out, folder, '--size', '4x6')).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/--size 4x6: .*again\.onnx was trained on images of 6x4 in grey\./),
    });
    expect((await tfjsMvl('train', work.write('waves.csv', table(waves(20))), ...VAE, ...save, ...QUICK)).code).toBe(0);
    expect(await card()).not.toHaveProperty('image');
  });

  it('is trained on in colour by convolutions', async () => {
    const folder = await folderOf(['a.png', 'b.png'], 4, 4);
    const options = ['--size', '4x4', '--channels', '3', '--network', 'convolutional', '--epochs', '1', '--backend', 'cpu'];
    const { code, stdout, stderr } = await tfjsMvl('train', folder, ...VAE, ...options, '-o', work.path('m.onnx'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'tfjs computes on cpu\n' });
    expect(stdout).toMatch(/2 images of 4x4 in colour, 48 numbers each/);
    const { nodes } = JSON.parse((await tfjsMvl('inspect', work.path('m.onnx'), '--json')).stdout);
    expect(nodes.Conv).toBe(2);
  });
});

describe('what train --model refuses, with nothing written', () => {
  const good = table(waves(4));
  it.each<[string, string, string[], RegExp]>([
    ['no place for codes', good, ['--model', 'wae-mmd'], /--model wae-mmd: give --latent too/],
    ['an unknown model', good, ['--model', 'gan'], /Allowed choices are energy, implicit-vae/],
    ['an unknown manifold', good, ['--model', 'wae-mmd', '--latent', 'klein:2'], /Unknown manifold "klein:2"/],
    [
      'a manifold that it cannot be on',
      good,
      [...VAE.with(3, 'torus:2')],
      /--latent torus:2: --model explicit-vae has codes on euclidean:n or sphere:n\. Give --latent euclidean:2 or sphere:2, or --model wae-mvl, wae-gan, wae-mmd, which/,
    ],
    ['codes for an energy', good, ['--latent', 'sphere:2'], /^tfjs-mvl: --latent: for latent variable models; give --model too/m],
    [
      'a likelihood and a size for an energy',
      good,
      ['--likelihood', 'bernoulli', '--size', '2x2'],
      /--likelihood, --size: for latent variable models/,
    ],
    [
      'what energies have',
      good,
      [...VAE, '--loss', 'mvl-rld', '--smoothing', 'auto'],
      /--model explicit-vae has no --loss, --smoothing: energies of points have them\. Leave them out/,
    ],
    ['degrees', good, [...VAE, '--lonlat'], /--model explicit-vae has no --lonlat: energies of points have it\. Leave it out/],
    ['bumps', good, [...VAE, '--network', 'bumps'], /--network bumps: for energies/],
    ['convolutions of an energy', good, ['--network', 'convolutional'], /--network convolutional: for images, with --model/],
    ['convolutions of a table', good, [...VAE, '--network', 'convolutional'], /--network convolutional: rows of a table are no images/],
    ['a size for a table', good, [...VAE, '--size', '2x2'], /--size: for folders of images; .*data\.csv is none/],
    [
      'numbers beyond [0, 1]',
      'a,b,c\n1,0,1\n2,1,1.0001\n',
      [...VAE, '--columns', 'b,c'],
      /data\.csv:3: column 3 \(c\) is 1\.0001, and without --likelihood --model explicit-vae has data in \[0, 1\]\. Scale .*--columns.*--likelihood gaussian:DEV/,
    ],
    [
      'numbers beyond [0, 1] as probabilities',
      '# c\na,b\n0,1\n1,-2\n',
      [...VAE, '--likelihood', 'bernoulli'],
      /data\.csv:4: column 2 \(b\) is -2, and the likelihood bernoulli has data in \[0, 1\]\. Scale the column/,
    ],
    [
      'numbers beyond [0, 1] of means in it',
      'a,b\n0,1\n1,-2\n',
      [...VAE, '--likelihood', 'gaussian:0.5:unit'],
      /data\.csv:3: column 2 \(b\) is -2, and the likelihood gaussian:0\.5:unit has data in \[0, 1\]/,
    ],
    ['a likelihood that is none', good, [...VAE, '--likelihood', 'gaussian:1:all'], /Expected bernoulli, .* with :unit .* or :real/],
    ['a bad row', 'a,b\n0,1\n1,x\n', VAE, /data\.csv:3: column 2 \(b\): "x" is not a finite number/],
  ])('%s', async (_, text, options, message) => {
    const data = work.write('data.csv', text);
    const { code, stdout, stderr } = await tfjsMvl('train', data, '-o', work.path('m.onnx'), '--backend', 'cpu', ...options);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(work.list()).toEqual(['data.csv']);
  });

  it('a folder without a size, without images, or with options of tables; and odd sizes for convolutions', async () => {
    const folder = await folderOf(['a.png'], 5, 5);
    const train = (...more: string[]) => tfjsMvl('train', folder, ...VAE, '-o', work.path('m.onnx'), '--backend', 'cpu', ...more);
    const size = ['--size', '5x5'];
    for (const [options, message] of [
      [[], /images: is a folder of images\. Give the width and height .* --size 28x28/],
      [[...size, '--columns', 'a', '--delimiter', 'tab'], /--columns, --delimiter: for CSV files; .*images is a folder/],
      [[...size, '--network', 'convolutional'], /takes square images whose side is even; these are 5x5 in grey/],
      [[...size, '--network', 'convolutional', '--hidden', '8'], /--hidden: widths of a multilayer perceptron/],
    ] as const) {
      const { code, stderr } = await train(...options);
      expect(stderr).toMatch(message);
      expect(code).toBe(2);
    }
    work.write('images/a.png', 'no image');
    expect(await train(...size)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/tfjs-mvl: .*images\/a\.png: could not be decoded as an image: it is damaged, .* of the folder\.\n$/),
    });
    mkdirSync(work.path('none'));
    const empty = await tfjsMvl('train', work.path('none'), ...VAE, '-o', work.path('m.onnx'), ...size);
    expect(empty).toMatchObject({ code: 2, stderr: expect.stringMatching(/tfjs-mvl: no image in .*none/) });
    expect(work.list()).toEqual(['images', 'none']);
  });
});

it('a file that does not compute what tfjs does is not written', async () => {
  const model = explicitVae({ latent: euclidean(2), columns: 3, networks: mlpNetworks({ hidden: [4] }) });
  await writeLatentFile(model, work.path('right.onnx'), {});
  const other = { ...model, encode: (...args: Parameters<typeof model.encode>) => model.encode(args[0], { seed: 99 }) };
  await expect(writeLatentFile(other, work.path('wrong.onnx'), {})).rejects.toThrow(
    /does not compute what tfjs does, so .*wrong\.onnx was not written: relative errors generate \d\S+, encode \d\.\de\+?-?\d/,
  );
  expect(work.list()).toEqual(['right.onnx']);
  model.dispose();
});
