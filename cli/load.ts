import type { LoadedModel } from '../runtime/index.ts';
import type { OrtLike } from '../runtime/ort.ts';
import { asInput, InputError } from './errors.ts';
import { checkInput } from './files.ts';
import { type Io, note } from './io.ts';
import { isMissing } from './missingPackage.ts';

/** Heavy modules, on first use: `--help` answers at once. */

/** tfjs without the banner and the hints that it prints in Node. */
export async function tensorflow(): Promise<typeof import('@tensorflow/tfjs')> {
  const tf = await import('@tensorflow/tfjs');
  tf.enableProdMode();
  return tf;
}

export type Onnxruntime = OrtLike & { readonly env: { readonly versions: { readonly common: string } } };

/** onnxruntime-node, or null where it is not installed. */
export async function findOnnxruntime(): Promise<Onnxruntime | null> {
  try {
    return (await import('onnxruntime-node')) as unknown as Onnxruntime;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** @throws InputError where onnxruntime-node is not installed */
export async function onnxruntime(): Promise<Onnxruntime> {
  const ort = await findOnnxruntime();
  if (ort === null)
    throw new InputError('This command runs models with onnxruntime-node, which is not installed: npm install onnxruntime-node');
  return ort;
}

/** Opens a model file in onnxruntime. The caller disposes it. */
export async function openModel(path: string, io: Io): Promise<LoadedModel> {
  await checkInput(path, 'file', 'It should be an ONNX file that `tfjs-mvl export` or `train` wrote.');
  const [ort, { loadModel }] = await Promise.all([onnxruntime(), import('../runtime/index.ts')]);
  return asInput(() => loadModel(ort, path, { onFallback: ({ name, reason }) => note(io, `The model runs on ${name}: ${reason}`) }));
}
