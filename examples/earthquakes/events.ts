import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { permutation } from '../../random/fill.ts';
import { randomStream } from '../../random/stream.ts';

/** Longitude and latitude in degrees. */
export type LonLat = readonly [longitude: number, latitude: number];

export interface Events {
  readonly train: readonly LonLat[];
  readonly validation: readonly LonLat[];
  readonly test: readonly LonLat[];
}

const RADIANS = Math.PI / 180;

/** Points of S²: x towards (0°, 0°), z towards the north pole. */
export const toSphere = ([longitude, latitude]: LonLat): number[] => {
  const [lambda, phi] = [longitude * RADIANS, latitude * RADIANS];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
};

export const toLonLat = ([x, y, z]: Iterable<number>): LonLat => [Math.atan2(y, x) / RADIANS, Math.atan2(z, Math.hypot(x, y)) / RADIANS];

/** The 1,707 earthquakes of one week of 2018 in vega-datasets (USGS), split .8/.1/.1 by the seed. */
export function earthquakes(seed = 0): Events {
  const path = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '../data/earthquakes.json');
  const { features } = JSON.parse(readFileSync(path, 'utf8')) as { features: { geometry: { coordinates: [number, number, number] } }[] };
  const all = features.map(
    ({
      geometry: {
        coordinates: [longitude, latitude],
      },
    }): LonLat => [longitude, latitude],
  );
  const order = Array.from(permutation(all.length, randomStream(seed)), (i) => all[i]);
  const tenth = Math.round(all.length / 10);
  return { test: order.slice(0, tenth), validation: order.slice(tenth, 2 * tenth), train: order.slice(2 * tenth) };
}
