import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { folderHandler, handlerOf } from '../../../plugin/energy/folderHandler.ts';

const folder = mkdtempSync(join(tmpdir(), 'folder-handler-'));
afterAll(() => rmSync(folder, { recursive: true }));

const model = (seed: number) =>
  tf.sequential({
    layers: [
      tf.layers.dense({ units: 2, inputShape: [3], kernelInitializer: tf.initializers.randomNormal({ seed }), biasInitializer: 'ones' }),
    ],
  });
const weights = (m: tf.LayersModel) => m.getWeights().map((w) => w.arraySync());
const list = (path: string) => readdirSync(path).sort();

describe('folderHandler', () => {
  it('writes the files of tfjs, and reads them', async () => {
    const path = join(folder, 'a');
    const { modelArtifactsInfo } = await model(1).save(folderHandler(path));
    expect(modelArtifactsInfo).toMatchObject({ modelTopologyType: 'JSON', weightDataBytes: 32 });
    expect(list(path)).toEqual(['model.json', 'weights.bin']);
    const { modelTopology, weightsManifest, format } = JSON.parse(readFileSync(join(path, 'model.json'), 'utf8'));
    expect([format, modelTopology.class_name, weightsManifest[0].paths]).toEqual(['layers-model', 'Sequential', ['weights.bin']]);
    expect(readFileSync(join(path, 'weights.bin'))).toHaveLength(32);
    expect(weights(await tf.loadLayersModel(folderHandler(path)))).toEqual(weights(model(1)));
    expect(weights(await tf.loadLayersModel(folderHandler(join(path, 'model.json'))))).toEqual(weights(model(1)));
  });

  it('is read by the loader that tfjs has for browsers', async () => {
    const path = join(folder, 'http');
    await model(2).save(folderHandler(path));
    // Not a real Response, whose JSON has the arrays of another realm under jest.
    const fetchFunc = async (url: string) => {
      const bytes = readFileSync(join(path, url.split('/').at(-1) as string));
      return { ok: true, json: async () => JSON.parse(bytes.toString()), arrayBuffer: async () => Uint8Array.from(bytes).buffer };
    };
    expect(
      weights(await tf.loadLayersModel(tf.io.http('http://x/model.json', { fetchFunc: fetchFunc as unknown as typeof fetch }))),
    ).toEqual(weights(model(2)));
  });

  it('replaces a model without touching the files in use, and leaves other files alone', async () => {
    const path = join(folder, 'b');
    mkdirSync(path);
    writeFileSync(join(path, 'mine.txt'), 'mine');
    const files: string[][] = [];
    for (const seed of [1, 2, 3]) {
      await model(seed).save(folderHandler(path));
      files.push(list(path));
      expect(weights(await tf.loadLayersModel(folderHandler(path)))).toEqual(weights(model(seed)));
    }
    expect(files).toEqual(['weights.bin', 'weights.1.bin', 'weights.bin'].map((name) => ['mine.txt', 'model.json', name]));
  });

  it('leaves the old model whole where the new one cannot be written', async () => {
    const path = join(folder, 'c');
    await model(1).save(folderHandler(path));
    // The name of the next weights file is taken by a folder.
    mkdirSync(join(path, 'weights.1.bin'));
    await expect(model(2).save(folderHandler(path))).rejects.toThrow();
    expect(list(path)).toEqual(['model.json', 'weights.1.bin', 'weights.bin']);
    expect(weights(await tf.loadLayersModel(folderHandler(path)))).toEqual(weights(model(1)));
  });

  it('tells of folders that cannot be made, and of damaged models', async () => {
    await expect(model(1).save(folderHandler(join(folder, 'no', 'parent')))).rejects.toThrow(/cannot make the folder .*no.parent: ENOENT/);
    const path = join(folder, 'd');
    await model(1).save(folderHandler(path));
    truncateSync(join(path, 'weights.bin'), 28);
    await expect(folderHandler(path).load()).rejects.toThrow(/is damaged: model\.json describes 32 bytes of weights, there are 28/);
  });

  it('writes a model without weights', async () => {
    const path = join(folder, 'e');
    await folderHandler(path).save({ modelTopology: {} });
    expect(await folderHandler(path).load()).toMatchObject({ weightSpecs: [] });
  });
});

describe('handlerOf', () => {
  it('takes paths and file urls for itself, and leaves the rest to tfjs', () => {
    expect(['a/b', 'C:\\models\\a', 'file://a'].map((url) => typeof handlerOf(url))).toEqual(['object', 'object', 'object']);
    expect(['indexeddb://a', 'https://x/model.json'].map((url) => handlerOf(url))).toEqual(['indexeddb://a', 'https://x/model.json']);
    const handler = folderHandler('a');
    expect(handlerOf(handler)).toBe(handler);
  });
});
