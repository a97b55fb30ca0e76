import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import type { Executor } from 'tfjs-mvl';
import { onnxruntimeExecutor } from 'tfjs-mvl/exporters';

const BACKENDS = ['onnxruntime', 'wasm', 'cpu'] as const;

/**
 * What trains, as `--backend onnxruntime|wasm|cpu` says: onnxruntime by default, or tfjs itself. tfjs still prepares points,
 * on wasm unless told otherwise.
 *
 * @throws Error for another name
 */
export async function chooseBackend(argv: readonly string[]): Promise<{ readonly name: string; readonly executor?: Executor }> {
  const { values } = parseArgs({ args: [...argv], options: { backend: { type: 'string', default: 'onnxruntime' } } });
  const name = BACKENDS.find((known) => known === values.backend);
  if (name === undefined) throw new Error(`--backend ${values.backend}: expected one of ${BACKENDS.join(', ')}.`);
  await tf.setBackend(name === 'cpu' ? 'cpu' : 'wasm');
  return name === 'onnxruntime' ? { name: 'onnxruntime-node', executor: onnxruntimeExecutor(ort) } : { name: `tfjs ${name}` };
}
