import { interpolateInferno } from 'd3-scale-chromatic';
import { densityBands, type LogDensity } from './densityBands.ts';
import type { LonLat } from './events.ts';
import { closeUp, globe, type Projection } from './projection.ts';

export interface MapContent {
  readonly title: string;
  readonly subtitle: string;
  readonly logDensity: LogDensity;
  /** Drawn as rings. */
  readonly events: readonly LonLat[];
  /** Drawn as dots. */
  readonly samples: readonly LonLat[];
  /** Numbers along the lower edge. */
  readonly facts: readonly { readonly value: string; readonly label: string }[];
}

export const SIZE = { width: 1600, height: 900 };
const MARGIN = 48;
const WORLD = { left: MARGIN, top: 140, width: 1156, height: 570 };
const REGION = { left: 1236, top: 140, width: SIZE.width - MARGIN - 1236, height: 570 };

/** The Pacific and its ring of fire in the middle of the world; a closer look at where most events are recorded. */
const PACIFIC = 160;
const AMERICA: LonLat = [-130, 48];
const CLOSE = 0.82;

/** Log-densities in nats; what lies beyond is drawn as the nearest. */
const [LOWEST, HIGHEST, STEP] = [-6, 4, 0.5];
const LEVELS = Array.from({ length: (HIGHEST - LOWEST) / STEP + 1 }, (_, i) => LOWEST + i * STEP);

/** −log 4π: the density of events anywhere alike. */
const UNIFORM = -Math.log(4 * Math.PI);

const INK = { paper: '#0b0d17', sea: '#05060f', land: '#ffffff', text: '#f4f5fa', quiet: '#9aa0b8', event: '#5ce1ff', sample: '#ffffff' };

const colour = (level: number): string => interpolateInferno(0.06 + (0.92 * (level - LOWEST)) / (HIGHEST - LOWEST));

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const words = (x: number, y: number, size: number, text: string, { weight = 400, fill = INK.text, anchor = 'start' } = {}): string =>
  `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}">${escaped(text)}</text>`;

const short = (value: number): string => String(Math.round(value * 10) / 10);

const dots = (places: readonly (readonly [number, number])[], radius: number): string =>
  places.map(([x, y]) => `<circle cx="${short(x)}" cy="${short(y)}" r="${radius}"/>`).join('');

/** The colours with their log-densities, and the uniform density among them. */
function legend(left: number, top: number, width: number): string {
  const at = (level: number) => left + (width * (level - LOWEST)) / (HIGHEST - LOWEST);
  const stops = LEVELS.slice(0, -1).map(
    (level) =>
      `<rect x="${short(at(level))}" y="${top}" width="${short(at(level + STEP) - at(level) + 0.5)}" height="12" fill="${colour(level)}"/>`,
  );
  const ticks = [-6, -4, -2, 0, 2, 4].map((level) =>
    words(at(level), top + 30, 13, level === HIGHEST ? `≥ ${level}` : level < 0 ? `−${-level}` : `${level}`, {
      fill: INK.quiet,
      anchor: 'middle',
    }),
  );
  const uniform = at(UNIFORM);
  return [
    words(left + width, top - 9, 13, 'log-density, nats per sr', { fill: INK.quiet, anchor: 'end' }),
    ...stops,
    `<path d="M${short(uniform)},${top - 3}v18" stroke="${INK.text}" stroke-width="1.5"/>`,
    words(uniform, top - 9, 13, 'uniform', { anchor: 'middle' }),
    ...ticks,
  ].join('');
}

function marks(left: number, top: number): string {
  return [
    `<circle cx="${left + 6}" cy="${top}" r="3.4" fill="none" stroke="${INK.event}" stroke-width="1.4"/>`,
    words(left + 20, top + 5, 14, 'held-out earthquakes'),
    `<circle cx="${left + 6}" cy="${top + 26}" r="1.8" fill="${INK.sample}"/>`,
    words(left + 20, top + 31, 14, 'samples of the model'),
  ].join('');
}

const inside =
  ({ frame: { left, top, width, height } }: Projection) =>
  ([x, y]: readonly [number, number]): boolean =>
    x >= left && x <= left + width && y >= top && y <= top + height;

/** One map: density, land, samples, events. */
async function panel(id: string, projection: Projection, { logDensity, events, samples }: MapContent, size: number): Promise<string> {
  const { outline, graticule, land, project } = projection;
  const bands = await densityBands(projection, logDensity, LEVELS.slice(0, -1));
  const placed = (places: readonly LonLat[]) => places.map(project).filter(inside(projection));
  const rings = dots(placed(events), 2.7 * size);
  return `<clipPath id="${id}"><path d="${outline}"/></clipPath>
<g clip-path="url(#${id})">
<path d="${outline}" fill="${INK.sea}"/>
${bands.map(({ from, path }) => `<path d="${path}" fill="${colour(from)}"/>`).join('\n')}
<path d="${graticule}" fill="none" stroke="#fff" stroke-opacity=".07" stroke-width=".7"/>
<path d="${land}" fill="${INK.land}" fill-opacity=".06" stroke="${INK.land}" stroke-opacity=".6" stroke-width=".8" stroke-linejoin="round"/>
<g fill="${INK.sample}" fill-opacity=".8">${dots(placed(samples), 1.1 * size)}</g>
<g fill="none" stroke="${INK.sea}" stroke-opacity=".6" stroke-width="2.8">${rings}</g>
<g fill="none" stroke="${INK.event}" stroke-width="1.2">${rings}</g>
</g>
<path d="${outline}" fill="none" stroke="#fff" stroke-opacity=".25"/>`;
}

/** The learnt density on a map of the world, with held-out events and samples: an SVG of 1600 × 900. */
export async function worldMap(content: MapContent): Promise<string> {
  const { title, subtitle, facts } = content;
  const foot = SIZE.height - 86;
  const column = 182;
  const numbers = facts.map(({ value, label }, i) => {
    const x = MARGIN + i * column;
    return words(x, foot, 28, value, { weight: 600 }) + words(x, foot + 25, 14, label, { fill: INK.quiet });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="Inter, Helvetica, Arial, sans-serif">
<rect width="100%" height="100%" fill="${INK.paper}"/>
${words(MARGIN, 66, 34, title, { weight: 700 })}
${words(MARGIN, 98, 17, subtitle, { fill: INK.quiet })}
${await panel('world', globe(WORLD, PACIFIC), content, 1)}
${await panel('region', closeUp(REGION, AMERICA, CLOSE), content, 1.1)}
${words(REGION.left, REGION.top - 12, 15, 'Alaska to California', { weight: 600 })}
${numbers.join('')}
${marks(SIZE.width - MARGIN - 640, foot - 6)}
${legend(REGION.left - 100, foot - 2, SIZE.width - MARGIN - REGION.left + 88)}
</svg>
`;
}
