import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs';
import { loadLatentModel } from '../../models/index.ts';
import { loadModel } from '../../runtime/index.ts';

/**
 * Encodes images: `peer.ts KIND FOLDER`, KIND `onnxruntime-node`, `onnxruntime-web` or a tfjs backend. Each line on standard input asks for one encoding of all images; the
 * answer is its milliseconds and, the first time, the codes.
 */
const [kind, folder] = process.argv.slice(2);
const images = new Float32Array(Uint8Array.from(readFileSync(`${folder}/images.bin`)).buffer);
const columns = 784;
const rows = images.length / columns;

type Encode = () => Promise<Float32Array>;

async function byRuntime(): Promise<Encode> {
  const ort = kind === 'onnxruntime-node' ? await import('onnxruntime-node') : await import('onnxruntime-web');
  const model = await loadModel(ort, `${folder}/model.onnx`, { executionProviders: [kind === 'onnxruntime-node' ? 'cpu' : 'wasm'] });
  return () => model.encode(images, { seed: 1 });
}

async function byTfjs(): Promise<Encode> {
  if (kind === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  tf.enableProdMode();
  if (!(await tf.setBackend(kind))) throw new Error(`tfjs has no backend ${kind} here`);
  const model = await loadLatentModel(`${folder}/model`);
  const x = tf.tensor2d(images, [rows, columns]);
  return async () => {
    const codes = model.encode(x, { seed: 1 });
    const values = (await codes.data()) as Float32Array;
    codes.dispose();
    return values;
  };
}

const encode = await (kind.startsWith('onnxruntime') ? byRuntime() : byTfjs());
let first = true;
for await (const _ of createInterface({ input: process.stdin })) {
  const start = performance.now();
  const codes = await encode();
  const ms = performance.now() - start;
  process.stdout.write(`${JSON.stringify({ ms, ...(first && { codes: Array.from(codes.subarray(0, 90)) }) })}\n`);
  first = false;
}
process.exit(0);
