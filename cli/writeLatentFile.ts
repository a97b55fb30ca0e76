import type { Tensor } from '@tensorflow/tfjs';
import { exportLatentModel, type LatentExportOptions } from '../exporters/exportLatentModel.ts';
import { parityErrors } from '../exporters/parity/errors.ts';
import type { LatentModel } from '../models/latent/latentModel.ts';
import { writeAtomically } from '../plugin/training/writeAtomically.ts';
import { loadModel } from '../runtime/index.ts';
import { findOnnxruntime, type Onnxruntime, tensorflow } from './load.ts';
import { type Written, written } from './written.ts';

/** Rows and codes that are compared. */
const ROWS = 64;

/** A few hundred roundings of float32, as of a trained energy. */
const TOLERANCE = 1e-3;

const SEED = 1;

/**
 * Largest relative errors of what onnxruntime computes from the file, against tfjs, by name. Data and codes are those that the model itself
 * makes.
 */
async function errorsOf(ort: Onnxruntime, bytes: Uint8Array, model: LatentModel): Promise<Record<string, number>> {
  const tf = await tensorflow();
  const loaded = await loadModel(ort, bytes);
  const opened: Tensor[] = [];
  const numbersOf = (tensor: Tensor): Float32Array => {
    opened.push(tensor);
    return tensor.dataSync() as Float32Array;
  };
  try {
    const x = model.generate({ n: ROWS, seed: SEED });
    const z = model.encode(x, { seed: SEED });
    const [data, codes] = [numbersOf(x), numbersOf(z)];
    const pairs: [string, ArrayLike<number>, ArrayLike<number>][] = [
      ['generate', await loaded.generate({ n: ROWS, seed: SEED }), data],
      ['encode', await loaded.encode(data, { seed: SEED }), codes],
      ['decode', await loaded.decode(codes), numbersOf(model.decode(z))],
    ];
    if (model.codeEnergy !== null) {
      const given = model.codeEnergy.conditional ? data : undefined;
      pairs.push(['energy', await loaded.energy(codes, given), numbersOf(model.energy(z, x))]);
      pairs.push(['score', await loaded.score(codes, given), numbersOf(model.score(z, x))]);
    }
    return Object.fromEntries(pairs.map(([name, values, reference]) => [name, parityErrors(values, reference).maxRelative]));
  } finally {
    tf.dispose(opened);
    await loaded.dispose();
  }
}

/** Exports a latent variable model, compares it with tfjs in onnxruntime where that is installed, and only then writes the file. */
export async function writeLatentFile(model: LatentModel, path: string, options: LatentExportOptions): Promise<Written> {
  const { bytes } = await exportLatentModel(model, options);
  const ort = await findOnnxruntime();
  const errors = ort && (await errorsOf(ort, bytes, model));
  const worst = errors && Math.max(...Object.values(errors));
  if (worst !== null && !(worst <= TOLERANCE))
    throw new Error(
      `The exported model does not compute what tfjs does, so ${path} was not written: relative errors ${Object.entries(errors as object)
        .map(([name, error]) => `${name} ${error.toExponential(1)}`)
        .join(', ')} in onnxruntime-node (allowed ${TOLERANCE}).`,
    );
  await writeAtomically(path, bytes);
  return written(path, bytes, worst === null ? null : { worst, runtime: 'onnxruntime-node' });
}
