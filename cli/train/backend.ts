import type { Executor } from '../../plugin/index.ts';
import { InputError } from '../errors.ts';
import { findOnnxruntime, tensorflow } from '../load.ts';
import { isMissing } from '../missingPackage.ts';
import type { BackendName } from './names.ts';

const WASM = '@tensorflow/tfjs-backend-wasm';

/** Why the wasm backend cannot be used, or null once it is in use. */
async function startWasm(): Promise<string | null> {
  const tf = await tensorflow();
  try {
    await import(WASM);
    return (await tf.setBackend('wasm')) ? null : `${WASM} does not start`;
  } catch (error) {
    return isMissing(error) ? `${WASM} is not installed` : `${WASM} does not start: ${(error as Error).message}`;
  }
}

/** The backend of tfjs itself: as asked for, or else the fastest; and why. */
async function tfjsBackend(name: BackendName): Promise<string> {
  const refusal = name === 'cpu' ? null : await startWasm();
  if (refusal !== null && name === 'wasm') throw new InputError(`--backend wasm: ${refusal}. Try npm install ${WASM}, or --backend cpu.`);
  if (name !== 'cpu' && refusal === null) return 'wasm';
  const tf = await tensorflow();
  await tf.setBackend('cpu');
  return refusal === null ? 'cpu' : `cpu (${refusal}; it is several times as fast)`;
}

export interface ChosenBackend {
  /** What was chosen and why, for the user. */
  readonly said: string;
  /** undefined: tfjs takes the steps itself. */
  readonly executor: Executor | undefined;
}

/**
 * Chooses what trains: onnxruntime-node where it is installed, else tfjs.
 *
 * @throws InputError where a backend is asked for by name and cannot be had
 */
export async function useBackend(name: BackendName): Promise<ChosenBackend> {
  const wanted = name === 'auto' || name === 'onnxruntime';
  const ort = wanted ? await findOnnxruntime() : null;
  if (ort === null) {
    if (name === 'onnxruntime')
      throw new InputError(
        '--backend onnxruntime: onnxruntime-node is not installed. Try npm install onnxruntime-node, or --backend wasm.',
      );
    return { said: `tfjs computes on ${await tfjsBackend(name)}`, executor: undefined };
  }
  // tfjs still evaluates the model at the end.
  await tfjsBackend('auto');
  const { onnxruntimeExecutor } = await import('../../exporters/index.ts');
  return { said: 'training runs in onnxruntime-node', executor: onnxruntimeExecutor(ort) };
}
