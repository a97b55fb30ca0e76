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
  /** Inputs that are the same for all rows. */
  readonly shared?: Readonly<Record<string, OrtTensor>>;
  /** Where the results are written. */
  readonly output: Rows & { readonly name: string };
}

/** Rows in one run: at 512 hidden units a layer's activations take 128 MB. */
export const CHUNK = 65_536;

/**
 * Prepares a call that may be repeated: each repetition reads the inputs anew and writes the output, at most `chunk` rows at a time, so that
 * memory stays bounded. The tensors are views, made once.
 */
export function planRows(
  ort: OrtLike,
  sessions: Sessions,
  { session, inputs, shared = {}, output }: RowCall,
  chunk = CHUNK,
): () => Promise<void> {
  const n = output.dims[0];
  const view = ({ data, dims }: Rows, from: number, to: number): OrtTensor => {
    const width = widthOf(dims);
    return new ort.Tensor('float32', data.subarray(from * width, to * width), [to - from, ...dims.slice(1)]);
  };
  // onnxruntime-node writes into a fetch that is given; onnxruntime-web 1.30 hands it back without writing (measured).
  const inPlace = backendOf(ort) === 'onnxruntime-node';
  const chunks = Array.from({ length: Math.ceil(n / chunk) }, (_, i) => {
    const from = i * chunk;
    const to = Math.min(n, from + chunk);
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, rows]) => [name, view(rows, from, to)]));
    const target = view(output, from, to);
    return { feeds: { ...feeds, ...shared }, target, fetches: inPlace ? { [output.name]: target } : undefined };
  });
  return async () => {
    for (const { feeds, target, fetches } of chunks) {
      const results = await sessions.run(session, feeds, fetches);
      if (!inPlace) (target.data as Float32Array).set(results[output.name].data as Float32Array);
    }
  };
}
