import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LoadedModel } from '../../runtime/loadModel.ts';
import { loadModel } from '../../runtime/loadModel.ts';
import type { OrtLike, OrtSession } from '../../runtime/ort.ts';
import { CHUNK } from '../../runtime/rows.ts';
import { gaussian, KAPPA, MEAN, MU, onnxOf, PRECISION, vonMisesFisher } from '../support/onnx/models.ts';
import { RUNTIMES } from '../support/runtimes.ts';

/** float32 arithmetic in fewer than ten operations on numbers of size 10. */
const TOLERANCE = 1e-5;

const POINTS = [
  [1, 0, 0],
  [0, -1, 0],
  [0.6, 0, 0.8],
  [-0.36, 0.48, 0.8],
];

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0);

const energies = POINTS.map((x) => -KAPPA * dot(MU, x));
const scores = POINTS.map((x) => MU.map((mu, i) => KAPPA * (mu - dot(MU, x) * x[i])));

const close = (actual: ArrayLike<number>, expected: readonly number[]) => {
  expect(actual.length).toBe(expected.length);
  expect(expected.findIndex((value, i) => !(Math.abs(actual[i] - value) < TOLERANCE))).toBe(-1);
};

/** onnxruntime with a record of the sessions that it makes. */
function watched(ort: OrtLike): { ort: OrtLike; sessions: OrtSession[] } {
  const sessions: OrtSession[] = [];
  const create: OrtLike['InferenceSession']['create'] = async (bytes, options) => {
    const session = await ort.InferenceSession.create(bytes, options);
    sessions.push(session);
    return session;
  };
  const { Tensor, listSupportedBackends } = ort;
  return { ort: { InferenceSession: { create }, Tensor, ...(listSupportedBackends && { listSupportedBackends }) }, sessions };
}

describe.each(RUNTIMES)('a model in $backend', ({ backend, ort, provider }) => {
  const { ort: runtime, sessions } = watched(ort);
  let sphere: LoadedModel;
  let plane: LoadedModel;

  beforeAll(async () => {
    sphere = await loadModel(runtime, onnxOf(vonMisesFisher), { executionProviders: [provider] });
    plane = await loadModel(ort, onnxOf(gaussian), { executionProviders: [provider] });
  });
  afterAll(async () => {
    await sphere.dispose();
    await plane.dispose();
  });

  it('runs on the backend that was asked for', () => {
    expect(sphere.backend).toBe(backend);
    expect(sphere.executionProvider).toEqual({ name: provider, requested: [provider] });
    // onnxruntime's own evidence: the class behind the session, a name that only onnxruntime-node's has.
    const { handler } = sessions[0] as unknown as { handler: object };
    expect(handler.constructor.name === 'OnnxruntimeSessionHandler').toBe(backend === 'onnxruntime-node');
  });

  it('gives energies in closed form, as an array with a shape', async () => {
    const result = await sphere.energy(POINTS);
    close(result, energies);
    expect(Array.from(result)).toHaveLength(4);
    expect(result.dims).toEqual([4]);
    expect(result.data).toBe(result);
    expect(result.type).toBe('float32');
  });

  it('gives scores in closed form, by row as well', async () => {
    const result = await sphere.score(POINTS);
    close(result.data, scores.flat());
    expect(result.dims).toEqual([4, 3]);
    result.rows().forEach((row, i) => {
      close(row, scores[i]);
    });
  });

  it('takes rows, flat numbers, tensors of onnxruntime and results of its own', async () => {
    const flat = Float32Array.from(POINTS.flat());
    const tensor = new ort.Tensor('float32', flat, [4, 3]) as unknown as { data: Float32Array; dims: number[] };
    const rows = POINTS.map((row) => Float64Array.from(row));
    for (const x of [flat, tensor, rows, { data: POINTS.flat(), dims: [4, 3] }]) close(await sphere.energy(x), energies);
    const samples = await sphere.sample({ n: 5, steps: 1 });
    close(await sphere.energy(samples), Array.from(await sphere.energy(samples.rows())));
  });

  it('agrees with itself at every batch size', async () => {
    for (const n of [1, 7, 1000, CHUNK + 5]) {
      const x = Array.from({ length: n }, (_, i) => POINTS[i % 4]);
      close(
        await sphere.energy(x),
        x.map((_, i) => energies[i % 4]),
      );
      close(
        await sphere.score(x),
        x.flatMap((_, i) => scores[i % 4]),
      );
    }
  });

  it('takes steps of the closed form', async () => {
    // dt → 0 leaves the noise √(2dt) z, so a chain of one tiny step barely leaves its start; one step of 1/λ lands on the mean but for noise.
    const start = await plane.sample({ n: 2, steps: 0, seed: 3 });
    const next = await plane.sample({ n: 2, steps: 1, seed: 3, stepSize: 0.1 });
    const noise = (await plane.sample({ n: 2, steps: 1, seed: 3, stepSize: 1e-8 })).map((x, i) => (x - start[i]) / Math.sqrt(2e-8));
    const expected = Array.from(start, (x, i) => x - 0.1 * PRECISION[i % 2] * (x - MEAN[i % 2]) + Math.sqrt(0.2) * noise[i]);
    // The noise is recovered from a difference of numbers of size 1 that are 1e-4 apart, 1e-7 / 1e-4.
    next.forEach((x, i) => {
      expect(Math.abs(x - expected[i])).toBeLessThan(2e-3);
    });
  });

  it('samples the density', async () => {
    const n = 2000;
    const points = await sphere.sample({ n, steps: 100, stepSize: 0.02, seed: 1 });
    const rows = points.rows();
    for (const row of rows) expect(Math.abs(Math.hypot(...row) - 1)).toBeLessThan(1e-5);
    // E⟨μ, x⟩ = coth κ − 1/κ. Standard error 0.24 / √2000 = 0.005; the bias of dt = 0.02 is of order κ dt / 4 = 0.02; e^(−2 t κ) at t = 2 is nothing.
    const mean = rows.reduce((sum, row) => sum + dot(MU, [...row]), 0) / n;
    expect(Math.abs(mean - (1 / Math.tanh(KAPPA) - 1 / KAPPA))).toBeLessThan(0.03);
  });

  it('answers overlapping calls', async () => {
    const calls = [
      sphere.energy(POINTS),
      sphere.score(POINTS),
      sphere.sample({ n: 3, steps: 20 }),
      sphere.energy(POINTS.slice(1)),
    ] as const;
    const [all, score, , rest] = await Promise.all(calls);
    close(all, energies);
    close(score, scores.flat());
    close(rest, energies.slice(1));
  });

  it('has a card', () => {
    expect(sphere.card).toMatchObject({
      name: 'poles',
      manifold: 'sphere:2',
      units: 'nats',
      dim: 3,
      epsilon: 0.001,
      opset: 21,
      irVersion: 10,
    });
    expect(sphere.card.training).toMatchObject({ loss: 'mvl-rld', seed: 7 });
    expect(sphere.card.sampler).toMatchObject({ name: 'riemannianLangevin', stepSize: 0.01 });
    expect(sphere.card.outputs).toEqual(['energy', 'score']);
    expect(sphere.card.bytes).toBe(onnxOf(vonMisesFisher).length);
  });

  it('refuses calls after dispose, which may be called twice', async () => {
    const model = await loadModel(ort, onnxOf(gaussian), { executionProviders: [provider] });
    await model.energy([[0, 0]]);
    await model.dispose();
    await model.dispose();
    await expect(model.energy([[0, 0]])).rejects.toThrow('disposed');
    await expect(model.sample({ n: 1 })).rejects.toThrow('disposed');
  });
});
