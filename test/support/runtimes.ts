import * as node from 'onnxruntime-node';
import * as web from 'onnxruntime-web';
import type { OrtLike } from '../../runtime/ort.ts';

export interface RuntimeUnderTest {
  readonly backend: 'onnxruntime-node' | 'onnxruntime-web';
  readonly ort: OrtLike;
  /** The provider to name: with onnxruntime-node in the same process, onnxruntime-web would otherwise run that one's backend. */
  readonly provider: 'cpu' | 'wasm';
}

/** The native runtime, and the browser's in Node. */
export const RUNTIMES: readonly RuntimeUnderTest[] = [
  { backend: 'onnxruntime-node', ort: node, provider: 'cpu' },
  { backend: 'onnxruntime-web', ort: web, provider: 'wasm' },
];
