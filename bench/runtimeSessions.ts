/**
 * What one session per output costs and saves, and how many rows to run at a time.
 *
 *     npx tsx bench/runtimeSessions.ts
 */
import * as tf from '@tensorflow/tfjs';
import * as node from 'onnxruntime-node';
import * as web from 'onnxruntime-web';
import { exportEnergyModel } from '../exporters/index.ts';
import { energyModel, euclidean } from '../plugin/index.ts';
import type { OrtLike, OrtSession } from '../runtime/index.ts';
import { readOnnxFile } from '../runtime/wire/onnxFile.ts';
import { withOutputs } from '../runtime/wire/subModel.ts';

/** The best of several: what other work on the machine disturbs least. */
const best = (values: readonly number[]): number => Math.min(...values);

async function milliseconds(repeats: number, task: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < repeats + 3; i++) {
    const began = performance.now();
    await task();
    times.push(performance.now() - began);
  }
  return best(times.slice(3));
}

function mlp(columns: number, hidden: number): tf.LayersModel {
  const dense = (units: number, activation?: 'tanh') => tf.layers.dense({ units, ...(activation && { activation }) });
  return tf.sequential({
    layers: [tf.layers.inputLayer({ inputShape: [columns] }), dense(hidden, 'tanh'), dense(hidden, 'tanh'), dense(1)],
  });
}

const points = (ort: OrtLike, n: number, m: number) =>
  new ort.Tensor(
    'float32',
    Float32Array.from({ length: n * m }, (_, i) => Math.sin(i)),
    [n, m],
  );

async function compare(ort: OrtLike, provider: string, bytes: Uint8Array, m: number): Promise<void> {
  const file = readOnnxFile(bytes, 'bench');
  const variants = {
    'both outputs': bytes,
    'energy alone': withOutputs(file, ['energy']),
    'score alone': withOutputs(file, ['score']),
  };
  const create = (model: Uint8Array): Promise<OrtSession> =>
    ort.InferenceSession.create(model, { executionProviders: [provider], logSeverityLevel: 3 });
  const rows: Record<string, Record<string, number>> = {};
  for (const [name, model] of Object.entries(variants)) {
    const row: Record<string, number> = { kB: model.length / 1000 };
    row['create ms'] = await milliseconds(20, async () => (await create(model)).release());
    const session = await create(model);
    for (const n of [1, 1000, 10_000]) {
      const x = points(ort, n, m);
      row[`${n} rows, ms`] = await milliseconds(n > 1000 ? 15 : 50, () => session.run({ x }));
      if (name === 'both outputs') {
        rows['both, energy fetched'] ??= {};
        rows['both, energy fetched'][`${n} rows, ms`] = await milliseconds(n > 1000 ? 15 : 50, () => session.run({ x }, ['energy']));
      }
    }
    await session.release();
    rows[name] = row;
  }
  console.table(
    Object.fromEntries(
      Object.entries(rows).map(([k, row]) => [k, Object.fromEntries(Object.entries(row).map(([c, v]) => [c, +v.toFixed(3)]))]),
    ),
  );
}

async function chunks(ort: OrtLike, provider: string, bytes: Uint8Array, m: number): Promise<void> {
  const model = withOutputs(readOnnxFile(bytes, 'bench'), ['score']);
  const rows: Record<string, Record<string, number>> = {};
  for (const n of [256, 1024, 4096, 16_384, 65_536]) {
    const session = await ort.InferenceSession.create(model, { executionProviders: [provider], logSeverityLevel: 3 });
    const x = points(ort, n, m);
    const time = await milliseconds(Math.max(8, 65_536 / n), () => session.run({ x }));
    rows[`${n} rows a run`] = { 'thousand scores/s': Math.round(n / time), 'process MB': Math.round(process.memoryUsage().rss / 1e6) };
    await session.release();
  }
  console.table(rows);
}

for (const [m, hidden] of [
  [3, 100],
  [8, 256],
]) {
  const model = energyModel({ manifold: euclidean(m), network: mlp(m, hidden) });
  const { bytes } = await exportEnergyModel(model);
  for (const [ort, provider] of [
    [node, 'cpu'],
    [web, 'wasm'],
  ] as const) {
    console.log(`\nMLP ${m}–${hidden}–${hidden}–1, tanh, ${provider}`);
    await compare(ort, provider, bytes, m);
    await chunks(ort, provider, bytes, m);
  }
}
