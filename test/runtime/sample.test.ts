import { describe, expect, it } from '@jest/globals';
import * as ort from 'onnxruntime-node';
import { loadModel } from '../../runtime/loadModel.ts';
import { CHUNK, GPU_CHUNK } from '../../runtime/rows.ts';
import { farRuntime, withGpu } from '../support/farRuntime.ts';
import { gaussian, MEAN, onnxOf, vonMisesFisher } from '../support/onnx/models.ts';
import type { FunctionSpec, ModelSpec } from '../support/onnx/proto.ts';

const start = gaussian.functions![1];

/** The plane with another step. */
function withStep(step: FunctionSpec, sampler: object): Uint8Array {
  const described = { ...JSON.parse(gaussian.metadata!.sampler), ...sampler };
  const spec: ModelSpec = { ...gaussian, functions: [step, start] };
  return onnxOf(spec, { meta: { sampler: JSON.stringify(described) } });
}

describe('sample', () => {
  it('runs deterministic dynamics whose points see each other on all points at once', async () => {
    // Every point moves to the mean of all points, plus the model's mean.
    const step: FunctionSpec = {
      name: 'Step',
      inputs: ['x', 'mean', 'zero', 'first'],
      outputs: ['next'],
      nodes: [
        ['Mul', ['x', 'zero'], ['zeros']],
        ['ReduceMean', ['x', 'first'], ['centre']],
        ['Add', ['zeros', 'centre'], ['centres']],
        ['Add', ['centres', 'mean'], ['next']],
      ],
    };
    const inputs = { Step: step.inputs, Start: ['noise'] };
    const bytes = onnxOf(
      {
        ...gaussian,
        functions: [step, start],
        initializers: { ...gaussian.initializers, zero: { dims: [], floats: [0] }, first: { dims: [1], ints: [0] } },
      },
      { meta: { sampler: JSON.stringify({ ...JSON.parse(gaussian.metadata!.sampler), name: 'meanField', noise: null, inputs }) } },
    );
    const model = await loadModel(ort, bytes);
    const n = CHUNK + 10;
    const before = (await model.sample({ n, steps: 0, seed: 4 })).rows();
    const centre = [0, 1].map((i) => before.reduce((sum, row) => sum + row[i], 0) / n);
    const after = (await model.sample({ n, steps: 1, seed: 4 })).rows();
    for (const row of [after[0], after[n - 1]]) {
      // A float32 mean of 4,106 numbers of size 1.
      row.forEach((value, i) => {
        expect(Math.abs(value - centre[i] - MEAN[i])).toBeLessThan(1e-4);
      });
    }
    await model.dispose();
  });

  it('leaves points on the GPU from step to step, and frees them', async () => {
    const { ort: gpu, alive } = farRuntime();
    const far = await withGpu(() => loadModel(gpu, onnxOf(gaussian)));
    expect(far.executionProvider.name).toBe('webgpu');
    const near = await loadModel(ort, onnxOf(gaussian));
    const n = GPU_CHUNK + 3;
    const seen: number[] = [];
    const samples = await far.sample({ n, steps: 3, seed: 5, onProgress: () => seen.push(alive.size) });
    expect(samples).toEqual(await near.sample({ n, steps: 3, seed: 5 }));
    expect([seen, alive.size]).toEqual([[2, 2, 2], 0]);
    const signal = AbortSignal.timeout(30);
    await expect(far.sample({ n, steps: 1e6, signal })).rejects.toThrow(/timeout/);
    expect(alive.size).toBe(0);
    await Promise.all([far.dispose(), near.dispose()]);
  });

  it('goes on from points that are given', async () => {
    const model = await loadModel(ort, onnxOf(vonMisesFisher));
    const [half, whole] = [await model.sample({ n: 4, steps: 3, seed: 2 }), await model.sample({ n: 4, steps: 6, seed: 2 })];
    expect(await model.sample({ from: half, steps: 0 })).toEqual(half);
    const on = await model.sample({ from: half, steps: 3, seed: 2 });
    expect(on.dims).toEqual([4, 3]);
    // Not the same noise: that of steps 1 to 3 again.
    expect(on).not.toEqual(whole);
    const far = (a: Float32Array) => Math.max(...a.map((value, i) => Math.abs(value - half[i])));
    expect(far(await model.sample({ from: half, steps: 1, stepSize: 1e-4 }))).toBeLessThan(0.1);
    const wrong = (options: object) => model.sample(options as never);
    await expect(wrong({ from: half, n: 4 })).rejects.toThrow(/from brings its own points, 4 of them; leave n out/);
    await expect(wrong({ from: [[1, 1, 1]] })).rejects.toThrow(/sample\(\{ from \}\): row 0 of 1.*norm 1.73205/);
    await model.dispose();
  });

  it('takes noise of another shape than the points, as samplers in coordinates do', async () => {
    const step: FunctionSpec = { name: 'Step', inputs: ['x', 'noise'], outputs: ['next'], nodes: [['Add', ['x', 'noise'], ['next']]] };
    const noise = { distribution: 'rademacher', shape: ['batch', 1] };
    const model = await loadModel(ort, withStep(step, { noise, inputs: { Step: ['x', 'noise'], Start: ['noise'] } }));
    const [before, after] = [await model.sample({ n: 50, steps: 0 }), await model.sample({ n: 50, steps: 1 })];
    const moves = after.map((value, i) => value - before[i]);
    moves.forEach((move, i) => {
      expect(Math.abs(Math.abs(move) - 1)).toBeLessThan(1e-6);
      expect(Math.abs(move - moves[i - (i % 2)])).toBeLessThan(1e-6);
    });
    expect(new Set(moves.map(Math.round))).toEqual(new Set([-1, 1]));
    await model.dispose();
  });

  it('gives the same samples in chunks as at once', async () => {
    const model = await loadModel(ort, onnxOf(gaussian));
    const n = CHUNK + 3;
    const many = await model.sample({ n, steps: 2, seed: 2 });
    expect(many.every(Number.isFinite)).toBe(true);
    // Start points fill row by row from one stream, so the first rows are those of a smaller call.
    const [few, head] = [await model.sample({ n: 6, steps: 0, seed: 2 }), await model.sample({ n, steps: 0, seed: 2 })];
    expect(Array.from(head.subarray(0, few.length))).toEqual(Array.from(few));
    await model.dispose();
  });
});
