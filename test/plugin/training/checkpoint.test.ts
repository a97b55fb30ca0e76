import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { decodeCheckpoint, encodeCheckpoint, ResumeError } from '../../../plugin/training/checkpoint.ts';
import { fileStore } from '../../../plugin/training/checkpointStore.ts';
import { encodeSafetensors } from '../../../plugin/training/safetensors.ts';
import { writeAtomically } from '../../../plugin/training/writeAtomically.ts';

const folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
afterAll(() => rmSync(folder, { recursive: true }));

const checkpoint = {
  state: {
    step: 12,
    epoch: 2,
    stopped: false,
    sums: { loss: 0.1 + 0.2 },
    count: 3,
    history: { epoch: [0, 1], history: { loss: [1, Number.NaN] } },
    best: null,
    callbacks: [{ best: Number.POSITIVE_INFINITY, wait: 1 }],
    iterations: 12,
  },
  blocks: { 'weights/0': { shape: [2], values: Float32Array.of(1, 2) } },
};
const fingerprint = { seed: 1, smoothing: [0.3, 0.1], network: null };
const bytes = encodeCheckpoint(checkpoint, fingerprint);

describe('a checkpoint', () => {
  it('comes back as it was', () => {
    const { state, blocks } = decodeCheckpoint(bytes, fingerprint, 'here');
    expect({ state, blocks }).toEqual(checkpoint);
  });

  it('of another run is refused by what differs', () => {
    const other = { seed: 2, smoothing: [0.3, 0.1], network: 'x'.repeat(100), extra: true };
    expect(() => decodeCheckpoint(bytes, other, 'here.ckpt')).toThrow(
      /cannot resume from here\.ckpt: it belongs to another run \(seed: 1 there, 2 now; network: null there, "x{56}… now; extra: absent there, true now\)/,
    );
  });

  describe('of another run names', () => {
    const message = (there: object, now: object): string => {
      try {
        decodeCheckpoint(encodeCheckpoint(checkpoint, there as Record<string, unknown>), now as Record<string, unknown>, 'here');
      } catch (error) {
        expect(error).toBeInstanceOf(ResumeError);
        return (error as Error).message;
      }
      throw new Error('was not refused');
    };
    const layers = (units: number) => [
      ['Dense', { units, activation: 'tanh', kernelInitializer: { className: 'GlorotNormal', config: { seed: 3 } } }],
    ];
    const digest = (rows: number, crc32: string) => ({ shape: [rows, 3], crc32 });

    it.each<[string, object, object, string]>([
      [
        'the innermost values that differ, by their paths',
        { optimizerSettings: { beta1: 0.5, beta2: 0.999, epsilon: 1e-7, learningRate: 0.001 }, network: layers(6) },
        { optimizerSettings: { beta1: 0.5, beta2: 0.999, epsilon: 1e-7, learningRate: 0.002 }, network: layers(8) },
        'optimizerSettings.learningRate: 0.001 there, 0.002 now; network.0.1.units: 6 there, 8 now',
      ],
      [
        'short lists whole',
        { weights: [[3, 6], [6]] },
        { weights: [[3, 8], [8]] },
        'weights.0: [3,6] there, [3,8] now; weights.1: [6] there, [8] now',
      ],
      [
        'of long lists the first that differs',
        { learningRate: Array.from({ length: 20 }, (_, i) => i / 7) },
        { learningRate: Array.from({ length: 20 }, (_, i) => (i + 1) / 7) },
        `learningRate.0: 0 there, ${1 / 7} now`,
      ],
      ['data in words', { data: digest(5, 'a') }, { data: digest(5, 'b') }, 'data: other rows'],
      ['their number', { data: digest(5, 'a') }, { data: digest(6, 'b') }, 'data: 5 rows of 3 columns there, 6 rows of 3 columns now'],
      [
        'data that were not there',
        { validationData: null },
        { validationData: digest(6, 'b') },
        'validationData: none there, 6 rows of 3 columns now',
      ],
      [
        'settings before checksums before what is long',
        { network: layers(6), data: digest(5, 'a'), seed: 1 },
        { network: layers(8), data: digest(5, 'b'), seed: 2 },
        'seed: 1 there, 2 now; data: other rows; network.0.1.units: 6 there, 8 now',
      ],
      [
        'six at most',
        Object.fromEntries([...'abcdefgh'].map((name) => [name, 1])),
        Object.fromEntries([...'abcdefgh'].map((name) => [name, 2])),
        `${[...'abcdef'].map((name) => `${name}: 1 there, 2 now`).join('; ')}; and 2 more`,
      ],
    ])('%s', (_, there, now, list) => {
      expect(message(there, now)).toBe(
        `fit: cannot resume from here: it belongs to another run (${list}). Use the same settings and data, another file, or { resume: false }.`,
      );
    });
  });

  it('with any byte changed is refused, or read right all the same', () => {
    let refused = 0;
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] ^= 1;
      try {
        const { state, blocks } = decodeCheckpoint(damaged, fingerprint, 'here');
        expect({ state, blocks }).toEqual(checkpoint);
      } catch (error) {
        expect((error as Error).message).toMatch(/^fit: cannot resume from here/);
        refused++;
      }
    }
    // Only the word "shape" and the shape's digit in the file's own header do not matter.
    expect(bytes.length - refused).toBeLessThanOrEqual(6);
  });

  it.each([
    ['a file of weights', encodeSafetensors(checkpoint.blocks, {}), /it was not written by fit/],
    ['text', new TextEncoder().encode('epoch 1, loss 0.5'), /header is cut short/],
    [
      'a later format',
      encodeSafetensors({}, { 'tfjs-mvl checkpoint': '{"version":3}' }),
      /it has format 3, this version of tfjs-mvl reads 2/,
    ],
    [
      'half of it',
      bytes.subarray(0, bytes.length - 4),
      /: the file is cut short: it has 4 bytes of numbers where there were 8 or more\. .*resume: false/,
    ],
  ])('is not %s', (_name, wrong, message) => {
    expect(() => decodeCheckpoint(wrong, fingerprint, 'here')).toThrow(message);
  });
});

describe('fileStore', () => {
  it('has nothing, then what was saved last', async () => {
    const store = fileStore(join(folder, 'a.ckpt'));
    expect(await store.load()).toBeNull();
    await store.save(bytes);
    await store.save(bytes.subarray(0, 5));
    expect([...((await store.load()) as Uint8Array)]).toEqual([...bytes.subarray(0, 5)]);
    expect(readdirSync(folder)).toEqual(['a.ckpt']);
  });

  it('tells of a place that cannot be read or written', async () => {
    await expect(fileStore(folder).load()).rejects.toThrow(/EISDIR/);
    await expect(fileStore(join(folder, 'no', 'a.ckpt')).save(bytes)).rejects.toThrow(/ENOENT/);
  });
});

describe('writeAtomically', () => {
  it('leaves the old file, and no other, where it fails', async () => {
    const path = join(folder, 'kept');
    writeFileSync(path, 'old');
    const before = readdirSync(folder);
    await expect(writeAtomically(path, Symbol('no bytes') as unknown as string)).rejects.toThrow();
    expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['old', before]);
  });
});
