import { geoEqualEarth, geoGraticule10, geoPath } from 'd3-geo';
import { INK, words } from '../maps/ink.ts';
import type { Place } from './globe.ts';
import type { Montage } from './montage.ts';

/** One colour a digit. */
const COLOURS = ['#ff6b6b', '#ffa94d', '#ffe066', '#a9e34b', '#51cf66', '#3bc9db', '#4dabf7', '#748ffc', '#da77f2', '#f783ac'];

export interface Pictures {
  /** Test images, each above what is decoded from its code. */
  readonly reconstructions: Montage;
  readonly samples: Montage;
  /** Ways between the codes of two test images each. */
  readonly geodesics: Montage;
  readonly places: readonly Place[];
  readonly labels: Uint8Array;
  /** What is decoded all over the sphere, for codes on S². */
  readonly atlas: Montage | null;
  /** What the codes are, below the map. */
  readonly about: string;
}

const WIDTH = 1530;
const MARGIN = 40;
const COLUMN = 700;

/** A titled image of a column; returns its SVG and where the next begins. */
function panel(x: number, top: number, title: string, { address, width, height }: Montage): { svg: string; next: number } {
  const shown = (COLUMN / width) * height;
  const svg =
    words(x, top + 18, 20, title, { weight: 600 }) +
    `<image x="${x}" y="${top + 32}" width="${COLUMN}" height="${shown}" href="${address}" image-rendering="optimizeSpeed"/>`;
  return { svg, next: top + 32 + shown + 34 };
}

/** All of it as one SVG. */
export function picture({ reconstructions, samples, geodesics, places, labels, atlas, about }: Pictures): { svg: string; width: number } {
  let top = MARGIN;
  const left = (
    [
      ['Test digits, and what their codes give back', reconstructions],
      ['New digits', samples],
      ['Along geodesics between codes', geodesics],
    ] as const
  ).map(([title, image]) => {
    const { svg, next } = panel(MARGIN, top, title, image);
    top = next;
    return svg;
  });
  const x = MARGIN + COLUMN + 50;
  const size = WIDTH - x - MARGIN;
  const projection = geoEqualEarth().fitWidth(size, { type: 'Sphere' });
  const path = geoPath(projection);
  const mapTop = MARGIN + 40;
  const dots = places.map(({ longitude, latitude }, i) => {
    const [px, py] = projection([longitude, latitude]) as [number, number];
    return `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="1.7" fill="${COLOURS[labels[i]]}" fill-opacity="0.75"/>`;
  });
  const mapHeight = path.bounds({ type: 'Sphere' })[1][1];
  const legend = COLOURS.map((colour, digit) => {
    const cx = x + 12 + digit * (size / 10);
    const cy = mapTop + mapHeight + 36;
    return `<circle cx="${cx}" cy="${cy - 6}" r="7" fill="${colour}"/>${words(cx + 14, cy, 18, String(digit))}`;
  });
  const below = atlas && panel(x, mapTop + mapHeight + 106, 'What all places of the sphere decode to', atlas);
  const height = Math.max(top, below?.next ?? 0);
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="Inter">`,
    `<rect width="100%" height="100%" fill="${INK.paper}"/>`,
    ...left,
    words(x, MARGIN + 18, 20, `Codes of ${places.length.toLocaleString('en')} test digits`, { weight: 600 }),
    `<g transform="translate(${x} ${mapTop})"><path d="${path({ type: 'Sphere' })}" fill="${INK.sea}"/>`,
    `<path d="${path(geoGraticule10())}" fill="none" stroke="#ffffff" stroke-opacity="0.12"/>`,
    ...dots,
    '</g>',
    ...legend,
    words(x, mapTop + mapHeight + 74, 16, about, { fill: INK.quiet }),
    below?.svg ?? '',
    '</svg>',
  ].join('\n');
  return { svg, width: WIDTH };
}
