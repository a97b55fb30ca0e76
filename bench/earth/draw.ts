import { writeFileSync } from 'node:fs';
import { toSphere } from '../../examples/maps/places.ts';
import { toPng } from '../../examples/maps/png.ts';
import { type EarthSet, earthEvents } from './events.ts';
import { logDensityOf } from './logDensityOf.ts';
import { type EarthMap, earthMaps, nats } from './maps.ts';
import { readResults } from './results.ts';
import { sitesAt } from './sites.ts';

/** Detail of the maps in radians: 30 km, about a pixel. */
const DRAWN = 30 / 6371;

const TITLES: Readonly<Record<EarthSet, { readonly title: string; readonly centre: number }>> = {
  volcano: { title: 'Volcanic eruptions', centre: 160 },
  earthquake: { title: 'Earthquakes', centre: 160 },
  flood: { title: 'Floods', centre: 10 },
  fire: { title: 'Fires', centre: 10 },
};

/** The map of the density that was learnt from the first split of a set; its parameters are read from the results. */
export function mapOf(set: EarthSet): EarthMap {
  const model = readResults().runs[`${set}/0`]?.model;
  if (model === undefined)
    throw new Error(`there is no result for ${set} under seed 0; run npx tsx bench/earth/main.ts --set ${set} --seed 0 first.`);
  const { train, test } = earthEvents(set, 0);
  const density = logDensityOf(sitesAt(train.map(toSphere), 0), model.parameters, DRAWN);
  return {
    ...TITLES[set],
    subtitle: `${train.length.toLocaleString('en')} to learn from, ${test.length.toLocaleString('en')} held out · ${nats(model.testNll)}`,
    logDensity: async (places) => density(places.map(toSphere)),
    events: test,
    samples: [],
  };
}

/** docs/images/earth.png. */
export async function drawEarth(): Promise<void> {
  const svg = await earthMaps(
    'Where the earth erupts, shakes, floods and burns',
    'Energies on the sphere, learnt at all noise levels at once by minimum velocity learning in TensorFlow.js; drawn with a detail of 30 km',
    (Object.keys(TITLES) as EarthSet[]).map(mapOf),
  );
  writeFileSync(new URL('../../docs/images/earth.png', import.meta.url), await toPng(svg, 1600));
}
