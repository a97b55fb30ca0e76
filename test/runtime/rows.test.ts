import { describe, expect, it } from '@jest/globals';
import { CHUNK, GPU_CHUNK, runRows } from '../../runtime/rows.ts';
import type { Sessions } from '../../runtime/sessions.ts';
import { RUNTIMES } from '../support/runtimes.ts';

describe.each(RUNTIMES)('runRows in $backend', ({ ort }) => {
  /** Sums each row; writes into the fetch where one is given, as onnxruntime does. */
  const sums = (sizes: number[], provider = 'cpu'): Sessions => ({
    executionProvider: { name: provider, requested: [] },
    dispose: async () => undefined,
    run: async (_, feeds, fetches) => {
      const { data, dims } = feeds.x;
      sizes.push(dims[0]);
      const result = Float32Array.from({ length: dims[0] }, (_, i) => {
        const [a, b] = (data as Float32Array).subarray(2 * i);
        return a + b;
      });
      if (fetches === undefined) return { sum: new ort.Tensor('float32', result, [dims[0]]) };
      (fetches.sum.data as Float32Array).set(result);
      return fetches;
    },
  });

  it('runs in chunks that see and fill their own rows', async () => {
    const sizes: number[] = [];
    const x = { data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), dims: [5, 2] };
    const sum = { name: 'sum', data: new Float32Array(5), dims: [5] };
    await runRows(ort, sums(sizes), { session: 'any', inputs: { x }, output: sum }, 2);
    expect(sizes).toEqual([2, 2, 1]);
    expect(Array.from(sum.data)).toEqual([3, 7, 11, 15, 19]);
  });

  it.each([
    ['cpu', CHUNK],
    ['wasm', CHUNK],
    ['webgpu', GPU_CHUNK],
    ['cuda', GPU_CHUNK],
  ])('runs on %s in chunks of %i rows', async (provider, chunk) => {
    const sizes: number[] = [];
    const n = chunk + 1;
    const sum = { name: 'sum', data: new Float32Array(n), dims: [n] };
    const x = { data: new Float32Array(2 * n).fill(0.5), dims: [n, 2] };
    await runRows(ort, sums(sizes, provider), { session: 'any', inputs: { x }, output: sum });
    expect(sizes).toEqual([chunk, 1]);
    expect(sum.data.every((value) => value === 1)).toBe(true);
  });
});
