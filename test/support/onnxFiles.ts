import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Keeps a model that a test wrote, for the full ONNX checker (`check_onnx.py` beside this file): as `<name>.onnx` in the folder that the
 * environment variable ONNX_OUT_DIR names. Without that variable it does nothing.
 *
 * @param name unique among all tests; a second model of the same name replaces the first
 */
export function keepOnnx(name: string, bytes: Uint8Array): void {
  const folder = process.env.ONNX_OUT_DIR;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name.replace(/[^\w.-]+/g, '-')}.onnx`), bytes);
}
