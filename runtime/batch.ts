/**
 * Results: the numbers themselves in row-major order, with the shape beside them. A batch is a Float32Array, so it can be indexed, iterated and
 * copied as one; `data`, `dims` and `type` are those of an onnxruntime tensor, so it goes back into `energy`, `score` or `new ort.Tensor(...)`.
 */
export interface Batch extends Float32Array<ArrayBuffer> {
  /** The batch itself. */
  readonly data: Float32Array<ArrayBuffer>;
  /** `[n]` for energies, `[n, m]` for scores and samples. */
  readonly dims: readonly number[];
  readonly type: 'float32';
  /** Row i as a view of `data`: `for (const [x, y, z] of samples.rows())`. */
  rows(): Float32Array<ArrayBuffer>[];
}

/** Numbers per row of a shape whose first dimension counts the rows. */
export const widthOf = (dims: readonly number[]): number => dims.slice(1).reduce((product, size) => product * size, 1);

/** Gives the numbers their shape, in place. */
export function batch(data: Float32Array<ArrayBuffer>, dims: readonly number[]): Batch {
  const width = widthOf(dims);
  const rows = () => Array.from({ length: dims[0] }, (_, i) => data.subarray(i * width, (i + 1) * width));
  return Object.defineProperties(data, {
    data: { value: data },
    dims: { value: dims },
    type: { value: 'float32' },
    rows: { value: rows },
  }) as Batch;
}
