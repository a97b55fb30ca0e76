import { InputError } from '../errors.ts';
import { tensorflow } from '../load.ts';
import type { BackendName } from './names.ts';

const WASM = '@tensorflow/tfjs-backend-wasm';

/** Why the wasm backend cannot be used, or null once it is in use. */
async function startWasm(): Promise<string | null> {
  const tf = await tensorflow();
  try {
    await import(WASM);
    return (await tf.setBackend('wasm')) ? null : `${WASM} does not start`;
  } catch (error) {
    const missing = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes((error as NodeJS.ErrnoException).code ?? '');
    return missing ? `${WASM} is not installed` : `${WASM} does not start: ${(error as Error).message}`;
  }
}

/**
 * Chooses where tfjs computes.
 *
 * @returns what was chosen and why, for the user
 * @throws InputError where wasm is asked for and cannot be had
 */
export async function useBackend(name: BackendName): Promise<string> {
  const refusal = name === 'cpu' ? null : await startWasm();
  if (refusal !== null && name === 'wasm') throw new InputError(`--backend wasm: ${refusal}. Try npm install ${WASM}, or --backend cpu.`);
  if (name !== 'cpu' && refusal === null) return 'wasm';
  const tf = await tensorflow();
  await tf.setBackend('cpu');
  return refusal === null ? 'cpu' : `cpu (${refusal}; it is several times as fast)`;
}
