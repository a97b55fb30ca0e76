import { densityBands, type LogDensity } from './densityBands.ts';
import { INK, short } from './ink.ts';
import type { LonLat } from './places.ts';
import type { Projection } from './projection.ts';
import { colour, LEVELS } from './scale.ts';

export interface PanelContent {
  readonly logDensity: LogDensity;
  /** Drawn as rings. */
  readonly events: readonly LonLat[];
  /** Drawn as dots. */
  readonly samples: readonly LonLat[];
}

const dots = (places: readonly (readonly [number, number])[], radius: number): string =>
  places.map(([x, y]) => `<circle cx="${short(x)}" cy="${short(y)}" r="${radius}"/>`).join('');

const inside =
  ({ frame: { left, top, width, height } }: Projection) =>
  ([x, y]: readonly [number, number]): boolean =>
    x >= left && x <= left + width && y >= top && y <= top + height;

/** One map as SVG: density, land, samples, events. Marks are of a size, 1 on a map that fills a picture. */
export async function panel(
  id: string,
  projection: Projection,
  { logDensity, events, samples }: PanelContent,
  size: number,
): Promise<string> {
  const { outline, graticule, land, project } = projection;
  const bands = await densityBands(projection, logDensity, LEVELS);
  const placed = (places: readonly LonLat[]) => places.map(project).filter(inside(projection));
  const rings = dots(placed(events), 2.7 * size);
  return `<clipPath id="${id}"><path d="${outline}"/></clipPath>
<g clip-path="url(#${id})">
<path d="${outline}" fill="${INK.sea}"/>
${bands.map(({ from, path }) => `<path d="${path}" fill="${colour(from)}"/>`).join('\n')}
<path d="${graticule}" fill="none" stroke="#fff" stroke-opacity=".07" stroke-width=".7"/>
<path d="${land}" fill="${INK.land}" fill-opacity=".06" stroke="${INK.land}" stroke-opacity=".6" stroke-width=".8" stroke-linejoin="round"/>
<g fill="${INK.sample}" fill-opacity=".8">${dots(placed(samples), 1.1 * size)}</g>
<g fill="none" stroke="${INK.sea}" stroke-opacity=".6" stroke-width="${short(2.8 * Math.min(1, size))}">${rings}</g>
<g fill="none" stroke="${INK.event}" stroke-width="${short(1.2 * Math.min(1, size))}">${rings}</g>
</g>
<path d="${outline}" fill="none" stroke="#fff" stroke-opacity=".25"/>`;
}
