import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Energy } from '../plugin/energy/energy.ts';

/** Points at once: keeps a backend busy, and what a wide network holds for them below a few tens of megabytes. */
const CHUNK = 8192;

/** An energy as tfjs computes it, or as something else does: `{ of: await compile(model.energy, { ort }) }`. */
export type AnyEnergy = Energy | { readonly of: (x: Tensor2D) => Promise<Tensor> };

/**
 * Energies of many points, in chunks.
 *
 * @param points rows, `[n, m]`
 * @param where names the caller in errors
 * @throws where the energy does not give one number for each point, or gives NaN or −∞
 */
export async function energyValues(energy: AnyEnergy, points: Float32Array, m: number, where: string): Promise<Float64Array> {
  // The wasm backend may still be loading.
  await tf.ready();
  const n = points.length / m;
  const values = new Float64Array(n);
  for (let start = 0; start < n; start += CHUNK) {
    const rows = Math.min(CHUNK, n - start);
    const x = tf.tensor2d(points.subarray(start * m, (start + rows) * m), [rows, m]);
    const chunk = typeof energy === 'function' ? tf.tidy(() => energy(x)) : await energy.of(x);
    const { shape } = chunk;
    const data = await chunk.data();
    tf.dispose([x, chunk]);
    if (shape.length !== 1 || shape[0] !== rows)
      throw new Error(`${where}: for ${rows} points the energy gave shape [${shape.join(', ')}]; expected [${rows}].`);
    values.set(data, start);
  }
  const bad = values.findIndex((value) => Number.isNaN(value) || value === Number.NEGATIVE_INFINITY);
  if (bad < 0) return values;
  const point = Array.from(points.subarray(bad * m, (bad + 1) * m), (c) => c.toPrecision(4));
  throw new Error(`${where}: the energy is ${values[bad]} at (${point.join(', ')}); it must be a number above −∞ everywhere.`);
}
