import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { LonLat } from '../../examples/maps/places.ts';
import { type Events, splitEvents } from '../../examples/maps/splitEvents.ts';

/** Number of events in each set of `data/`. */
export const SETS = { volcano: 827, earthquake: 6120, flood: 4875, fire: 12809 } as const;

export type EarthSet = keyof typeof SETS;

export const isEarthSet = (name: string): name is EarthSet => Object.hasOwn(SETS, name);

/**
 * Places of a table `latitude,longitude` in degrees.
 *
 * @throws Error naming the line that is not such a place
 */
export function readPlaces(csv: string): LonLat[] {
  const [head, ...rows] = parse(csv) as string[][];
  if (head?.join() !== 'latitude,longitude') throw new Error(`expected the columns latitude,longitude; got ${head?.join()}.`);
  return rows.map(([latitude, longitude], i) => {
    const place: LonLat = [Number(longitude), Number(latitude)];
    if (Math.abs(place[0]) <= 180 && Math.abs(place[1]) <= 90) return place;
    throw new Error(`line ${i + 2}: expected a latitude and a longitude in degrees; got ${latitude}, ${longitude}.`);
  });
}

/** All events of a set, in the order of the file. */
export const allEvents = (set: EarthSet): LonLat[] => readPlaces(readFileSync(new URL(`data/${set}.csv`, import.meta.url), 'utf8'));

/** The events of a set, split .8/.1/.1 by the seed. */
export const earthEvents = (set: EarthSet, seed: number): Events => splitEvents(allEvents(set), seed);
