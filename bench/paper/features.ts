import { readFileSync } from 'node:fs';
import type { Tensor2D } from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';

/** Written by lenet.ts. */
export const LENET = new URL('./lenet.onnx', import.meta.url);

/** Numbers of an image, and of its features. */
const [PIXELS, FEATURES] = [28 * 28, 84];
/** Images at once. */
const CHUNK = 1000;
/** One thread, so that every machine adds in the same order. */
const SESSION = { intraOpNumThreads: 1 };

/** One output of a network for images, row after row. */
export async function outputsOf(session: ort.InferenceSession, images: Float32Array, output: 'features' | 'logits'): Promise<Float32Array> {
  if (images.length === 0 || images.length % PIXELS !== 0)
    throw new Error(`lenet: expected images of ${PIXELS} grey values, [n, ${PIXELS}] with n ≥ 1; got ${images.length} numbers in all.`);
  const n = images.length / PIXELS;
  let found: Float32Array | undefined;
  for (let start = 0; start < n; start += CHUNK) {
    const rows = images.subarray(start * PIXELS, (start + CHUNK) * PIXELS);
    const results = await session.run({ x: new ort.Tensor('float32', rows, [rows.length / PIXELS, PIXELS]) }, [output]);
    const { data, dims } = results[output] as ort.TypedTensor<'float32'>;
    found ??= new Float32Array(n * dims[1]);
    found.set(data, start * dims[1]);
  }
  return found as Float32Array;
}

export const openLenet = (bytes: Uint8Array): Promise<ort.InferenceSession> => ort.InferenceSession.create(bytes, SESSION);

/**
 * Features of digits for `frechetDistance`: the last hidden layer of the classifier in lenet.onnx.
 *
 * @param images grey values in [0, 1], `[n, 784]`
 * @returns `[n, 84]`
 * @throws Error for numbers that do not make whole images
 */
export async function lenetFeatures(
  images: Float32Array | Tensor2D,
): Promise<{ readonly data: Float32Array; readonly dims: readonly [number, number] }> {
  const values = images instanceof Float32Array ? images : ((await images.data()) as Float32Array);
  const session = await openLenet(readFileSync(LENET));
  try {
    const data = await outputsOf(session, values, 'features');
    return { data, dims: [data.length / FEATURES, FEATURES] };
  } finally {
    await session.release();
  }
}
