import * as tf from '@tensorflow/tfjs';
import { repairs } from './repairs.ts';
import { registerWasmKernels } from './wasm/wasmKernels.ts';

/**
 * Makes tfjs's gradients right when they are differentiated again: `tf.grad` inside `tf.grad` or `tf.variableGrads`, which tfjs 4 computes wrongly
 * for many kernels without a word, and refuses for others. First derivatives that were right keep their values.
 *
 * Needs no backend and no network, holds for every backend, prints nothing. May be called again at no cost: it replaces what is not its own, also
 * where another copy of tfjs has put the originals back. The wasm backend gains the backward kernels that it lacks.
 */
export function register(): void {
  for (const repair of repairs) {
    const present = tf.getGradient(repair.kernelName);
    if (present === repair) continue;
    // tfjs in debug mode warns of gradients that are overridden, not of those removed before.
    if (present != null) tf.unregisterGradient(repair.kernelName);
    tf.registerGradient(repair);
  }
  registerWasmKernels();
}
