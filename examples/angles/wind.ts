import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { randomStream } from 'tfjs-mvl';

export interface Split {
  /** Rows of one angle, in radians. */
  readonly train: readonly (readonly [number])[];
  readonly test: readonly (readonly [number])[];
}

const file = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '../data/windvectors.csv');

/** 4800 directions of the wind over northwestern Europe (vega-datasets, simulated) in radians. They are whole degrees: each is moved by up to half a degree. A tenth is
 * kept for the test. */
export function windDirections(seed: number): Split {
  const { uniform } = randomStream(seed, 9);
  const rows = parse(readFileSync(file), { columns: true, cast: true }) as { readonly dir: number }[];
  const keyed = rows.map(({ dir }) => ({ angle: ((dir + uniform() - 0.5) * Math.PI) / 180, key: uniform() }));
  const angles = keyed.sort((a, b) => a.key - b.key).map(({ angle }) => [angle] as const);
  const kept = Math.round(0.9 * angles.length);
  return { train: angles.slice(0, kept), test: angles.slice(kept) };
}
