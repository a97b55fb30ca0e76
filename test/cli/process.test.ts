import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { toLonLat } from '../../cli/data/lonlat.ts';
import { cap } from '../support/tinyModel.ts';
import { type Outcome, workFolder } from './support.ts';

const work = workFolder();
afterAll(work.remove);

/** The command in a process of its own, from source. */
function start(...argv: string[]): { child: ChildProcess; done: Promise<Outcome & { signal: string | null }> } {
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/index.ts', ...argv], { stdio: ['pipe', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.on('data', (chunk) => {
      text[name] += chunk;
    });
  const done = new Promise<Outcome & { signal: string | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code: code ?? -1, signal, ...text }));
  });
  return { child, done };
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; !holds(); i++) {
    if (i > 600) throw new Error('waited for a minute');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('the process', () => {
  it('ends with the exit code, and says nothing but what is asked for', async () => {
    const [version, wrong] = await Promise.all([start('--version').done, start('inspect', work.path('absent.onnx')).done]);
    expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
    expect(wrong).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^tfjs-mvl: .*there is no such file\.\n$/) });
  });

  it('stops in order at Ctrl-C, and goes on as if never stopped', async () => {
    const rows = cap(200).map((point) => toLonLat(point).join(','));
    const data = work.write('places.csv', `lon,lat\n${rows.join('\n')}\n`);
    const train = (out: string, ...more: string[]) =>
      start(
        'train',
        data,
        '--lonlat',
        '-o',
        work.path(out),
        '--hidden',
        '8',
        '--epochs',
        '30',
        '--batch-size',
        '64',
        '--backend',
        'cpu',
        '--verbose',
        ...more,
      );
    const interrupted = train('m.onnx');
    const checkpoint = work.path('m.onnx.checkpoint');
    let seen = '';
    interrupted.child.stderr?.on('data', (chunk) => {
      seen += chunk;
    });
    await until(() => seen.includes('epoch 2/30'));
    interrupted.child.kill('SIGINT');
    const stopped = await interrupted.done;
    expect(stopped).toMatchObject({
      code: 130,
      stdout: '',
      stderr: expect.stringMatching(/Stopped by Ctrl-C; nothing was written but the checkpoint .*--resume/),
    });
    expect(existsSync(checkpoint)).toBe(true);
    expect(existsSync(work.path('m.onnx'))).toBe(false);

    const [resumed, whole] = await Promise.all([train('m.onnx', '--resume').done, train('whole.onnx').done]);
    expect([resumed.code, whole.code]).toEqual([0, 0]);
    expect(resumed.stderr).not.toMatch(/epoch 1\/30/);
    expect(existsSync(checkpoint)).toBe(false);
    expect(readFileSync(work.path('m.onnx')).equals(readFileSync(work.path('whole.onnx')))).toBe(true);
  });

  it('trains in onnxruntime-node where that is installed, and on wasm where asked to', async () => {
    const rows = cap(30).map((point) => toLonLat(point).join(','));
    const data = work.write('few.csv', `lon,lat\n${rows.join('\n')}\n`);
    const train = (...more: string[]) =>
      start('train', data, '--lonlat', '-o', work.path('few.onnx'), '--hidden', '4', '--epochs', '1', ...more).done;
    expect(await train()).toMatchObject({
      code: 0,
      stderr: 'training runs in onnxruntime-node\n',
      stdout: expect.stringMatching(/1 epoch on onnxruntime-node/),
    });
    expect(await train('--backend', 'wasm')).toMatchObject({
      code: 0,
      stderr: 'tfjs computes on wasm\n',
      stdout: expect.stringMatching(/1 epoch on wasm/),
    });
  });

  it('reads points from standard input, and leaves when nobody reads on', async () => {
    const sampling = start('sample', work.path('m.onnx'), '-n', '20000', '--steps', '1', '--lonlat');
    const scoring = start('score', work.path('m.onnx'), '-', '--lonlat');
    sampling.child.stdout?.pipe(scoring.child.stdin as NodeJS.WritableStream);
    const scored = await scoring.done;
    expect(scored).toMatchObject({ code: 0, stderr: '' });
    expect(scored.stdout.split('\n')).toHaveLength(20_002);

    const unread = start('sample', work.path('m.onnx'), '-n', '20000', '--steps', '1');
    unread.child.stdout?.destroy();
    expect(await unread.done).toMatchObject({ code: 0, stderr: '' });
  });
});
