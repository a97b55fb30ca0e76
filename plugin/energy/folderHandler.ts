import type { io } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { nodeModule } from '../training/nodeModules.ts';
import { syncFolder, writeAtomically } from '../training/writeAtomically.ts';

const MODEL = 'model.json';

/** tfjs's weightsManifest: all weights in one file beside model.json. */
type Manifest = { paths: string[]; weights: io.WeightsManifestEntry[] }[];

const joined = (data: io.WeightData): Uint8Array => new Uint8Array(tf.io.CompositeArrayBuffer.join(data));

/** A weights file's name that the model now in the folder, if any, does not use. */
const otherName = (used: readonly string[]): string => (used.includes('weights.bin') ? 'weights.1.bin' : 'weights.bin');

async function usedWeights(path: string): Promise<string[]> {
  const fs = await nodeModule('node:fs/promises', path);
  try {
    const { weightsManifest } = JSON.parse(await fs.readFile(path, 'utf8')) as { weightsManifest: Manifest };
    return weightsManifest.flatMap(({ paths }) => paths);
  } catch {
    return [];
  }
}

function parsed(text: string, path: string, where: string): io.ModelJSON {
  try {
    return JSON.parse(text) as io.ModelJSON;
  } catch (cause) {
    throw new Error(`${where}: ${path} is damaged, or cut short: ${(cause as Error).message}. Save the model again.`, { cause });
  }
}

/**
 * Saves and loads tfjs's layers format, model.json and weights.bin, in a folder of Node's file system, without tfjs-node. A crash leaves the old
 * model or the new one: weights go to a file of another name than those in use, and the renaming of model.json is the moment of change.
 *
 * @param path the folder, which is made where absent (its parents are not), or the model.json in it
 * @param where who loads, as messages begin
 */
export function folderHandler(path: string, where = 'load'): io.IOHandler & Required<Pick<io.IOHandler, 'save' | 'load'>> {
  const purpose = `The model folder ${path}`;
  const files = async () => {
    const fs = await nodeModule('node:fs/promises', purpose);
    const { join, dirname, basename } = await nodeModule('node:path', purpose);
    const folder = path.endsWith('.json') ? dirname(path) : path;
    return { fs, folder, model: path.endsWith('.json') ? path : join(folder, MODEL), join, basename };
  };
  return {
    save: async ({ weightData, weightSpecs = [], ...artifacts }) => {
      const { fs, folder, model, join } = await files();
      await fs.mkdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw new Error(`save: cannot make the folder ${folder}: ${error.message}`, { cause: error });
      });
      const old = await usedWeights(model);
      const name = otherName(old);
      const weights = joined(weightData ?? new ArrayBuffer(0));
      const weightsManifest: Manifest = [{ paths: [name], weights: weightSpecs }];
      const json = JSON.stringify({ ...artifacts, weightsManifest });
      await writeAtomically(join(folder, name), weights);
      await writeAtomically(model, json);
      for (const unused of old.filter((file) => file !== name)) await fs.rm(join(folder, unused), { force: true });
      await syncFolder(folder);
      const sizes = { modelTopologyType: 'JSON', modelTopologyBytes: json.length, weightDataBytes: weights.byteLength } as const;
      return { modelArtifactsInfo: { dateSaved: new Date(), ...sizes } };
    },
    load: async () => {
      const { fs, folder, model, join } = await files();
      const text = await fs.readFile(model, 'utf8').catch((error: Error) => {
        throw new Error(`${where}: no saved model at ${model} (${error.message}).`, { cause: error });
      });
      const { weightsManifest, ...artifacts } = parsed(text, model, where);
      const parts = await Promise.all(weightsManifest.flatMap(({ paths }) => paths).map((file) => fs.readFile(join(folder, file))));
      const weightData = tf.io.CompositeArrayBuffer.join(parts.map((part) => Uint8Array.from(part).buffer));
      const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
      const bytes = weightSpecs.reduce((sum, { shape, dtype }) => sum + (dtype === 'bool' ? 1 : 4) * shape.reduce((a, b) => a * b, 1), 0);
      if (bytes !== weightData.byteLength && !weightSpecs.some(({ quantization, dtype }) => quantization || dtype === 'string'))
        throw new Error(
          `${where}: ${folder} is damaged: ${MODEL} describes ${bytes} bytes of weights, there are ${weightData.byteLength}.`,
        );
      return { ...artifacts, weightSpecs, weightData } as io.ModelArtifacts;
    },
  };
}

/** A handler for folders of Node's file system: `file://…` as tfjs-node reads it, or a path; any other url or handler as it is. */
export function handlerOf(url: string | io.IOHandler, where?: string): string | io.IOHandler {
  if (typeof url !== 'string') return url;
  if (url.startsWith('file://')) return folderHandler(url.slice('file://'.length), where);
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : folderHandler(url, where);
}
