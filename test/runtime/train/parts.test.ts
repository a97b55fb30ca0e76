import { beforeAll, describe, expect, it } from '@jest/globals';
import * as node from 'onnxruntime-node';
import { exportTrainStep } from '../../../exporters/index.ts';
import { fillRandom } from '../../../random/fill.ts';
import { randomStream } from '../../../random/stream.ts';
import { loadTrainSession } from '../../../runtime/index.ts';
import { completeInputs } from '../../../runtime/train/completeInputs.ts';
import { copyNumbers } from '../../../runtime/train/copyNumbers.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../runtime/train/safetensors.ts';
import type { TrainCard } from '../../../runtime/train/trainCard.ts';
import { readOnnxFile } from '../../../runtime/wire/onnxFile.ts';
import { withOutputs } from '../../../runtime/wire/subModel.ts';
import { tinyModel } from '../../support/tinyModel.ts';

describe('the inputs that a session makes itself', () => {
  const card = {
    inputs: [
      { name: 'x', shape: ['batch', 2], dtype: 'float32' },
      { name: 'g', shape: ['batch', 2], dtype: 'float32', distribution: 'gaussian' },
      { name: 'r', shape: ['batch'], dtype: 'float32', distribution: 'rademacher' },
      { name: 'u', shape: [500], dtype: 'float32', distribution: 'uniform' },
      { name: 'sigma', shape: [], dtype: 'float32', default: 0.5 },
      { name: 'epsilon', shape: [], dtype: 'float32', default: { factor: 0.02, squareOf: 'sigma', atMost: 0.06 } },
      { name: 'share', shape: [], dtype: 'float32', default: { decay: 0.9 } },
    ],
  } as unknown as TrainCard;
  const x = { dtype: 'float32', shape: [3, 2], values: new Float32Array(6) } as const;
  const sizes = new Map([['batch', 3]]);
  const at = (step: number, more: object = {}) => completeInputs(card, { blocks: { x, ...more }, sizes }, { seed: 7, step });

  it('are drawn from the stream of seed, step and place', () => {
    const { g, r, u } = at(4);
    expect(g).toEqual({ dtype: 'float32', shape: [3, 2], values: fillRandom(new Float32Array(6), 'gaussian', randomStream(7, 4, 1)) });
    expect(r).toEqual({ dtype: 'float32', shape: [3], values: fillRandom(new Float32Array(3), 'rademacher', randomStream(7, 4, 2)) });
    const mean = Array.from<number>(u.values).reduce((a, b) => a + b, 0) / 500;
    // Of 500 uniform numbers the mean deviates by 0.013.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.06);
    expect([Math.min(...u.values) >= 0, Math.max(...u.values) < 1]).toEqual([true, true]);
    expect(at(5).g).not.toEqual(g);
  });

  it('are numbers by their defaults: constant, after another number, after the step', () => {
    const numbers = ({ sigma, epsilon, share }: ReturnType<typeof at>) => [sigma, epsilon, share].map(({ values }) => values[0]);
    expect(numbers(at(0))).toEqual([0.5, Math.fround(0.02 * 0.25), Math.fround(0.9)]);
    // (1 + 5)/(10 + 5) = 0.4, and from step 80 on the decay is 0.9.
    expect(numbers(at(5))[2]).toBe(Math.fround(1 - 0.4));
    expect(numbers(at(1000))[2]).toBe(Math.fround(1 - 0.9));
    const sigma = { dtype: 'float32', shape: [], values: Float32Array.of(2) };
    expect(numbers(at(0, { sigma }))).toEqual([2, Math.fround(0.06), Math.fround(0.9)]);
  });

  it('need to know how many there are', () => {
    expect(() => completeInputs(card, { blocks: { x }, sizes: new Map() }, { seed: 0, step: 0 })).toThrow(
      /no input tells the size "batch" of the noise "g" \[batch, 2\]/,
    );
  });
});

describe('copies of numbers', () => {
  const copy = (value: unknown, dtype: 'float32' | 'int32' | 'bool' = 'float32') =>
    copyNumbers(value as never, dtype, 'here', 'float32 [3]');

  it('know their shape where the value has one', async () => {
    expect(await copy([[[1], [2]]])).toEqual({ values: Float32Array.of(1, 2), dims: [1, 2, 1] });
    expect(await copy(3)).toEqual({ values: Float32Array.of(3), dims: [] });
    expect(await copy([true, false], 'bool')).toEqual({ values: Uint8Array.of(1, 0), dims: [2] });
    expect(await copy(Float64Array.of(1, 2))).toEqual({ values: Float32Array.of(1, 2), dims: null });
    expect(await copy({ data: [4, 5], dims: [2, 1] }, 'int32')).toEqual({ values: Int32Array.of(4, 5), dims: [2, 1] });
  });

  it.each<[unknown, 'float32' | 'int32' | 'bool', RegExp]>([
    [[0, 2], 'bool', /expected bool values; number 1 of 2 is 2/],
    [[[1, 'a']], 'float32', /ragged, or hold something else than numbers/],
    [null, 'float32', /got null/],
    [[{}], 'float32', /got a list that begins with an object with nothing in it. The input is float32 \[3\]/],
    [new Uint8ClampedArray(2).buffer, 'float32', /got ArrayBuffer/],
  ])('are refused: %j as %s', async (value, dtype, message) => {
    await expect(copy(value, dtype)).rejects.toThrow(message);
  });
});

describe('safetensors', () => {
  const blocks = {
    a: { dtype: 'float32', shape: [2], values: Float32Array.of(1, Number.NaN) },
    b: { dtype: 'bool', shape: [3], values: Uint8Array.of(1, 0, 1) },
    c: { dtype: 'int32', shape: [], values: Int32Array.of(-7) },
  } as const;

  it('come back as they were, from any place in memory', () => {
    const bytes = encodeSafetensors(blocks, { k: 'v' });
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    for (const form of [bytes, shifted.subarray(1), Buffer.from(bytes)])
      expect(decodeSafetensors(form)).toEqual({ blocks, metadata: { k: 'v' } });
  });

  it('begin with the length of a JSON header', () => {
    const bytes = encodeSafetensors({ b: blocks.b }, {});
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(header).toEqual({ __metadata__: {}, b: { dtype: 'BOOL', shape: [3], data_offsets: [0, 3] } });
  });
});

describe('a file without its state', () => {
  let bytes: Uint8Array;
  beforeAll(async () => {
    ({ bytes } = await exportTrainStep(tinyModel(), {}));
  });

  it('is refused: a tool has dropped the initializers', async () => {
    const file = readOnnxFile(bytes, 'the test');
    const pruned = withOutputs(
      file,
      file.outputs.map(({ name }) => name),
    );
    expect(pruned.length).toBeLessThan(bytes.length);
    await expect(loadTrainSession(node, pruned)).rejects.toThrow(
      /the initializer "initial\/.*" should hold 72 bytes of raw data, float32 \[3,6\]; it is missing/,
    );
  });

  it('is refused: metadata are broken', async () => {
    const text = Buffer.from(bytes).toString('latin1');
    const broken = Uint8Array.from(Buffer.from(text.replace('{"name":"Adam"', '["name":"Adam"'), 'latin1'));
    await expect(loadTrainSession(node, broken)).rejects.toThrow(/metadata "optimizer" is missing or not JSON/);
  });
});
