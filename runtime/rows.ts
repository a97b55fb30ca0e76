import { widthOf } from './batch.ts';
import { backendOf, type OrtLike, type OrtTensor } from './ort.ts';
import type { Sessions } from './sessions.ts';

/** Numbers of a shape whose first dimension counts the points. */
export interface Rows {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** One call of a session on all rows. */
export interface RowCall {
  readonly session: string;
  readonly inputs: Readonly<Record<string, Rows>>;
  /** Where the results are written. */
  readonly output: Rows & { readonly name: string };
}

/** Rows in one run on a CPU: activations of 256 units then take 1 MB a layer and stay in cache. 65,536 rows run at a fifth to a half of the speed. */
export const CHUNK = 1024;

/** Rows in one run elsewhere: a GPU wants more at a time, and its memory has an end. */
export const GPU_CHUNK = 16_384;

const ON_CPU: readonly string[] = ['cpu', 'wasm'];

/** How many rows to take at a time. */
export const chunkOf = ({ executionProvider }: Sessions): number => (ON_CPU.includes(executionProvider.name) ? CHUNK : GPU_CHUNK);

/** Some rows as a tensor over the same numbers. */
export function rowsAt(ort: OrtLike, { data, dims }: Rows, from: number, to: number): OrtTensor {
  const width = widthOf(dims);
  return new ort.Tensor('float32', data.subarray(from * width, to * width), [to - from, ...dims.slice(1)]);
}

/** Calls a session on all rows, at most `chunk` rows at a time, so that memory stays bounded. */
export async function runRows(
  ort: OrtLike,
  sessions: Sessions,
  { session, inputs, output }: RowCall,
  chunk = chunkOf(sessions),
): Promise<void> {
  const n = output.dims[0];
  const size = Math.min(chunk, n);
  // onnxruntime-node writes into a fetch that is given; onnxruntime-web 1.30 hands it back without writing (measured).
  const fetched = backendOf(ort) === 'onnxruntime-node';
  for (let from = 0; from < n; from += size) {
    const to = Math.min(n, from + size);
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, rows]) => [name, rowsAt(ort, rows, from, to)]));
    const target = rowsAt(ort, output, from, to);
    const { data } = (await sessions.run(session, feeds, fetched ? { [output.name]: target } : undefined))[output.name];
    if (data !== target.data) (target.data as Float32Array).set(data as Float32Array);
  }
}
