import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { toLonLat } from '../../cli/data/lonlat.ts';
import { cap } from '../support/tinyModel.ts';
import { tfjsMvl, workFolder } from './support.ts';

let work: ReturnType<typeof workFolder>;
beforeEach(() => {
  work = workFolder();
});
afterEach(() => work.remove());

const rows = cap(40).map((point) => toLonLat(point).map((degrees) => (degrees + 180) / 360));
const table = (lines: readonly (readonly number[])[]) => `lon,lat\n${lines.map((line) => line.join(',')).join('\n')}\n`;
const QUICK = { '--hidden': '4', '--epochs': '2', '--batch-size': '16', '--backend': 'cpu' };

/** Trains for two epochs, with other options where given. */
const trainer =
  (model: Readonly<Record<string, string>>) =>
  (change: Readonly<Record<string, string>> = {}, ...more: string[]) =>
    tfjsMvl('train', work.path('data.csv'), ...Object.entries({ ...model, ...QUICK, ...change }).flat(), ...more);

describe.each([
  ['an energy', { '--manifold': 'euclidean:2' }, ' or a wider --smoothing'],
  ['a latent variable model', { '--model': 'explicit-vae', '--latent': 'euclidean:1' }, ''],
] as const)('the checkpoint of %s', (_, model, wider) => {
  const train = trainer(model);
  const kept = () => work.path('m.onnx.checkpoint');
  /** A checkpoint beside the output, as a run leaves it that is stopped. */
  async function stopped(): Promise<Buffer> {
    work.write('data.csv', table(rows));
    expect((await train({ '-o': work.path('m.onnx'), '--checkpoint': kept() })).code).toBe(0);
    return readFileSync(kept());
  }

  it('stays byte for byte where --resume is refused, and the message says what differs and what to do', async () => {
    const before = await stopped();
    const refused = async (change: Readonly<Record<string, string>>, difference: RegExp) => {
      const { code, stdout, stderr } = await train({ '-o': work.path('m.onnx'), ...change }, '--resume');
      expect(stderr).toMatch(difference);
      expect(stderr).toMatch(
        /^tfjs-mvl: --resume: cannot go on from .*m\.onnx\.checkpoint: it belongs to another run \(.*\)\. The file was left as it is\. Give the command .*, another --checkpoint or --out, or leave --resume out/m,
      );
      expect(stderr).not.toMatch(/resume: false/);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(readFileSync(kept()).equals(before)).toBe(true);
    };
    await refused({ '--epochs': '3' }, /\(epochs: 2 there, 3 now/);
    await refused({ '--seed': '1' }, /\(seed: 0 there, 1 now; data: other rows; /);
    await refused({ '--hidden': '5' }, /units: 4 there, 5 now/);
    await refused({ '--learning-rate': '0.5' }, /\(learningRate\.0: [\d.]+ there, 0\.5 now\)/);
    work.write('data.csv', table(rows.toReversed()));
    await refused({}, /data: other rows; validationData: other rows\)/);
    work.write('data.csv', table(rows));
    expect((await train({ '-o': work.path('m.onnx') }, '--resume')).code).toBe(0);
    expect(work.list()).toEqual(['data.csv', 'm.onnx']);
  });

  it('stays where it is damaged', async () => {
    const half = (await stopped()).subarray(0, -5);
    work.write('m.onnx.checkpoint', half);
    const { code, stderr } = await train({ '-o': work.path('m.onnx') }, '--resume');
    expect(stderr).toMatch(/--resume: cannot go on from .*checkpoint: the file is cut short: .* The file was left as it is\./);
    expect(code).toBe(2);
    expect(readFileSync(kept()).equals(half)).toBe(true);
  });

  it('stays where training diverges, and the message advises options that there are', async () => {
    work.write('data.csv', table(rows));
    const { code, stderr } = await train({ '-o': work.path('m.onnx'), '--learning-rate': '1e30', '--epochs': '30' });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(
        `tfjs-mvl: training diverged at step \\d+: .*\\. Start anew with a smaller --learning-rate,?${wider}\\. ` +
          'The checkpoint .*m\\.onnx\\.checkpoint was left where it is; it is from before, and of the same settings\\.$',
        'm',
      ),
    );
    expect(stderr).not.toMatch(/clipNorm/);
    expect(work.list()).toEqual(['data.csv', 'm.onnx.checkpoint']);
    const without = await train({ '-o': work.path('n.onnx'), '--learning-rate': '1e30', '--epochs': '30' }, '--no-checkpoint');
    expect(without.stderr).toMatch(/Start anew with .*\.\n$/);
    expect(without.stderr).not.toMatch(/checkpoint/);
  });

  it('stays where the model cannot be written, and --resume needs no more steps', async () => {
    work.write('data.csv', table(rows));
    mkdirSync(work.path('m'));
    mkdirSync(work.path('m/model.json'));
    const { code, stdout, stderr } = await train({ '--save-dir': work.path('m') });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/The checkpoint .*m\.checkpoint was left where it is; the same command with --resume goes on from it\.$/m);
    rmdirSync(work.path('m/model.json'));
    expect((await train({ '--save-dir': work.path('m') }, '--resume')).code).toBe(0);
    expect(work.list()).toEqual(['data.csv', 'm']);
  });
});

it('where the input is wrong, no checkpoint is made, and one that is there stays', async () => {
  const train = trainer({ '--manifold': 'sphere:1' });
  work.write('data.csv', 'x,y\n1,0\n3,4\n');
  const { stderr } = await train({ '-o': work.path('m.onnx') });
  expect(stderr).toMatch(/data\.csv:3: the point/);
  expect(stderr).not.toMatch(/checkpoint/);
  expect(work.list()).toEqual(['data.csv']);
  work.write('m.onnx.checkpoint', 'hours of work');
  expect((await train({ '-o': work.path('m.onnx') })).stderr).toMatch(/The checkpoint .*m\.onnx\.checkpoint was left where it is\.$/m);
  expect(readFileSync(work.path('m.onnx.checkpoint'), 'utf8')).toBe('hours of work');
});
