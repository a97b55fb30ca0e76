import { createRequire } from 'node:module';
import { type GeoProjection, geoAzimuthalEqualArea, geoEqualEarth, geoGraticule10, geoPath } from 'd3-geo';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import type { LonLat } from './places.ts';

/** A rectangle of the picture, in pixels. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Projection {
  readonly frame: Frame;
  /** Edge of the map, land and 10° lines, as SVG paths. */
  readonly outline: string;
  readonly land: string;
  readonly graticule: string;
  /** Pixel of a place. */
  project(place: LonLat): readonly [x: number, y: number];
  /** Place of a pixel; of one beyond the edge of the map, some place. */
  invert(x: number, y: number): LonLat;
}

/** Coastlines at the scale of a world map, and ten times finer for what is looked at closely. */
const coastlines = (scale: '110m' | '50m') => {
  const world = createRequire(import.meta.url)(`world-atlas/land-${scale}.json`) as Topology<{ land: GeometryCollection }>;
  return feature(world, world.objects.land);
};

const corners = ({ left, top, width, height }: Frame): [[number, number], [number, number]] => [
  [left, top],
  [left + width, top + height],
];

function draw(projection: GeoProjection, frame: Frame, outline: string, scale: '110m' | '50m'): Projection {
  const path = geoPath(projection).digits(1);
  return {
    frame,
    outline,
    land: path(coastlines(scale)) ?? '',
    graticule: path(geoGraticule10()) ?? '',
    project: ([longitude, latitude]) => projection([longitude, latitude]) as [number, number],
    invert: (x, y) => projection.invert?.([x, y]) as [number, number],
  };
}

/** The whole globe in a frame, as large as it fits, and at its top. Equal areas, so that density looks as it is. */
export function globe(frame: Frame, centre: number): Projection {
  const projection = geoEqualEarth().rotate([-centre, 0]).fitExtent(corners(frame), { type: 'Sphere' });
  return draw(projection, frame, geoPath(projection).digits(1)({ type: 'Sphere' }) ?? '', '110m');
}

/** A region that fills a frame, in equal areas too. */
export function closeUp(frame: Frame, [longitude, latitude]: LonLat, radians: number): Projection {
  const { left, top, width, height } = frame;
  const projection = geoAzimuthalEqualArea()
    .rotate([-longitude, -latitude])
    .scale(height / radians)
    .translate([left + width / 2, top + height / 2])
    .clipExtent(corners(frame));
  return draw(projection, frame, `M${left},${top}h${width}v${height}h${-width}Z`, '50m');
}
