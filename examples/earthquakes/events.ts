import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { LonLat } from '../maps/places.ts';
import { type Events, splitEvents } from '../maps/splitEvents.ts';

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
  return splitEvents(all, seed);
}
