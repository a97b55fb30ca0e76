import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Energy } from '../plugin/energy/energy.ts';

/** Points at once: keeps a backend busy, and what a wide network holds for them below a few tens of megabytes. */
const CHUNK = 8192;

/** An energy as tfjs computes it, or as something else does, `{ of: await compile(model.energy, { ort }) }`; tensors that it gives are disposed of when they are read. */
export type AnyEnergy = Energy | { readonly of: (x: Tensor2D) => Promise<Tensor> };

/** @throws TypeError where what the energy gives is no tensor of tfjs */
async function evaluated(energy: AnyEnergy, x: Tensor2D, where: string): Promise<Tensor> {
  const tensor = (value: unknown): Tensor => {
    if (value instanceof tf.Tensor) return value;
    const given =
      value instanceof Promise ? 'a promise; write { of: energy } for an asynchronous one, such as compile makes' : typeof value;
    throw new TypeError(`${where}: expected an energy that gives a tensor of tfjs; got ${given}.`);
  };
  if (typeof energy === 'function') return tf.tidy(() => tensor(energy(x)));
  if (typeof energy?.of !== 'function')
    throw new TypeError(`${where}: expected an energy, a function or { of: function }; got ${JSON.stringify(energy)}.`);
  return tensor(await energy.of(x));
}

/**
 * Energies of many points, in chunks.
 *
 * @param points rows, `[n, m]`
 * @param where names the caller in errors
 * @throws TypeError where there is no energy, or one that gives no tensor; Error where it does not give one number for each point, or gives NaN or −∞
 */
export async function energyValues(energy: AnyEnergy, points: Float32Array, m: number, where: string): Promise<Float64Array> {
  // The wasm backend may still be loading.
  await tf.ready();
  const n = points.length / m;
  const values = new Float64Array(n);
  for (let start = 0; start < n; start += CHUNK) {
    const rows = Math.min(CHUNK, n - start);
    const x = tf.tensor2d(points.subarray(start * m, (start + rows) * m), [rows, m]);
    try {
      const chunk = await evaluated(energy, x, where);
      const { shape } = chunk;
      const data = await chunk.data();
      chunk.dispose();
      if (shape.length !== 1 || shape[0] !== rows)
        throw new Error(`${where}: for ${rows} points the energy gave shape [${shape.join(', ')}]; expected [${rows}].`);
      values.set(data, start);
    } finally {
      x.dispose();
    }
  }
  const bad = values.findIndex((value) => Number.isNaN(value) || value === Number.NEGATIVE_INFINITY);
  if (bad < 0) return values;
  const point = Array.from(points.subarray(bad * m, (bad + 1) * m), (c) => c.toPrecision(4));
  throw new Error(`${where}: the energy is ${values[bad]} at (${point.join(', ')}); it must be a number above −∞ everywhere.`);
}
