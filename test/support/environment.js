import { TestEnvironment } from 'jest-environment-node';

const SHARED_GLOBALS = [
  'ArrayBuffer',
  'SharedArrayBuffer',
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
];

/**
 * jest runs each test file in a vm context with typed arrays of its own; onnxruntime, whose binding lives outside, refuses those.
 * Sharing the outer constructors makes `instanceof Float32Array` mean the same thing on both sides.
 */
export default class SharedTypedArrayEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const name of SHARED_GLOBALS) this.global[name] = globalThis[name];
  }
}
