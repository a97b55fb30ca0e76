import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import * as exporters from '../../exporters/index.ts';
import * as models from '../../models/index.ts';
import * as mvl from '../../plugin/index.ts';
import * as runtime from '../../runtime/index.ts';
import { codeBlocks } from '../support/readme.ts';

const [digits, own, plain] = codeBlocks('docs/latent.md', 'js');

/** Runs a snippet with the names that it imports, and gives what it declares. */
function run(code: string, given: Readonly<Record<string, unknown>>, result: string): Promise<unknown> {
  const AsyncFunction = (async () => {}).constructor as new (...source: string[]) => (...values: unknown[]) => Promise<unknown>;
  const names = { tf, ort, ...mvl, ...exporters, ...models, ...runtime, ...given };
  const body = `${code.replace(/^import .*$/gm, '')}\nreturn ${result};`;
  return new AsyncFunction(...Object.keys(names), body)(...Object.values(names));
}

it('the first snippet of docs/latent.md trains, exports and serves', async () => {
  const console = { log: () => undefined };
  const found = (await run(digits, { console }, '{ model, test, codes, rebuilt, drawn, way }')) as {
    model: models.LatentModel;
    test: models.LabelledImages;
  } & Record<'codes' | 'rebuilt' | 'drawn' | 'way', runtime.Batch>;
  const { codes, rebuilt, drawn, way } = found;
  expect([codes, rebuilt, drawn, way].map(({ dims }) => dims)).toEqual([
    [10, 3],
    [10, 784],
    [5, 784],
    [7, 3],
  ]);
  for (const row of [...codes.rows(), ...way.rows()]) expect(Math.hypot(...row)).toBeCloseTo(1, 5);
  // The mean image has 206 nats.
  const nats = Array.from(rebuilt).reduce((sum, p, i) => {
    const x = found.test.images[i];
    return sum - (x * Math.log(p + 1e-7) + (1 - x) * Math.log(1 - p + 1e-7)) / 10;
  }, 0);
  expect(nats).toBeLessThan(200);
});

it('the second trains on a table, and is loaded again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latent-'));
  const print = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const placed = own.replace(/'(table\.csv|run\.ckpt|table-model)'/g, (_, name: string) => JSON.stringify(join(folder, name)));
  const { again } = (await run(placed, { writeFileSync }, '{ again }')) as { again: models.LatentModel };
  print.mockRestore();
  expect([again.name, again.columns, again.summary?.epochs, again.likelihood.name]).toEqual(['explicitVae', 3, 5, 'gaussian:0.1:real']);
});

it('the third runs the file by onnxruntime alone, as the deterministic encoder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latent-'));
  const placed = plain.replaceAll("'model.onnx'", JSON.stringify(join(folder, 'model.onnx')));
  const given = { readFileSync, writeFileSync, console: { log: () => undefined } };
  const { z, model } = (await run(placed, given, '{ z, model }')) as { z: ort.Tensor; model: models.LatentModel };
  const rows = [
    [0, 1, 1, 0],
    [1, 1, 0, 0],
  ];
  const codes = model.encode(rows, { deterministic: true }).dataSync();
  for (const [i, value] of (z.data as Float32Array).entries()) expect(value).toBeCloseTo(codes[i], 5);
  expect(z.dims).toEqual([2, 3]);
});
