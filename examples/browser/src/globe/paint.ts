import { rgb } from 'd3-color';
import { type GeoPermissibleObjects, geoGraticule10, geoOrthographic, geoPath } from 'd3-geo';
import { interpolateInferno } from 'd3-scale-chromatic';
import { feature } from 'topojson-client';
import land from 'world-atlas/land-110m.json';
import type { DensityMap } from './densityMap.ts';
import { type Axes, axesOf, seen, type Vector, type View } from './view.ts';

/** Log-densities that the colours cover, in nats per steradian. */
export const [LOWEST, HIGHEST] = [-6, 4];

const SHADES = 256;
/** As little-endian pixels. */
const COLOURS = Uint32Array.from({ length: SHADES }, (_, i) => {
  const { r, g, b } = rgb(interpolateInferno(0.06 + (0.92 * i) / (SHADES - 1)));
  return (255 << 24) | (b << 16) | (g << 8) | r;
});

/** Radius of the painted globe in pixels; the page scales it. */
export const RADIUS = 240;
export const SIZE = 2 * RADIUS;

/** A colour for each cell of the map, so that turning the globe costs a lookup a pixel. */
export const shadesOf = ({ logDensity }: DensityMap): Uint8Array =>
  Uint8Array.from(logDensity, (value) => (SHADES - 1) * Math.max(0, Math.min(1, (value - LOWEST) / (HIGHEST - LOWEST))));

/** What is to be seen. */
export interface Scene {
  readonly view: View;
  readonly map: DensityMap | null;
  readonly shades: Uint8Array | null;
  /** Places and scores, row by row. */
  readonly field: { readonly places: Float32Array; readonly scores: Float32Array } | null;
  readonly particles: Float32Array | null;
  readonly probe: Vector | null;
}

const LAND = feature(land as never, (land as unknown as { objects: { land: never } }).objects.land) as GeoPermissibleObjects;
const GRID = geoGraticule10();

const surface = new OffscreenCanvas(SIZE, SIZE);
const image = new ImageData(SIZE, SIZE);
const pixels = new Uint32Array(image.data.buffer);

function paintDensity({ east, north, up }: Axes, { width, height }: DensityMap, shades: Uint8Array): void {
  for (let row = 0; row < SIZE; row++) {
    const above = (RADIUS - row - 0.5) / RADIUS;
    for (let column = 0; column < SIZE; column++) {
      const right = (column + 0.5 - RADIUS) / RADIUS;
      const depth = Math.sqrt(1 - right * right - above * above);
      if (!(depth >= 0)) continue;
      const x = right * east[0] + above * north[0] + depth * up[0];
      const y = right * east[1] + above * north[1] + depth * up[1];
      const z = above * north[2] + depth * up[2];
      const i = Math.min(width - 1, Math.floor((Math.atan2(y, x) / (2 * Math.PI) + 0.5) * width));
      const j = Math.min(height - 1, Math.floor((0.5 - Math.asin(Math.max(-1, Math.min(1, z))) / Math.PI) * height));
      pixels[row * SIZE + column] = COLOURS[shades[j * width + i]];
    }
  }
}

/** Lengths of arrows in radii: logarithmic, as scores range over thousands. */
const arrowLength = (score: number): number => 0.012 * Math.log1p(score);

function paintField(context: CanvasRenderingContext2D, axes: Axes, { places, scores }: NonNullable<Scene['field']>): void {
  context.strokeStyle = 'rgba(255, 255, 255, 0.75)';
  context.lineWidth = 1.2;
  context.beginPath();
  for (let at = 0; at < places.length; at += 3) {
    const from = seen(axes, places[at], places[at + 1], places[at + 2]);
    if (from.up < 0.15) continue;
    const [u, v, w] = scores.subarray(at, at + 3);
    const norm = Math.hypot(u, v, w);
    const along = seen(axes, u / norm, v / norm, w / norm);
    const length = arrowLength(norm);
    const [x, y] = [RADIUS * (1 + from.right), RADIUS * (1 - from.above)];
    const [dx, dy] = [RADIUS * length * along.right, -RADIUS * length * along.above];
    context.moveTo(x, y);
    context.lineTo(x + dx, y + dy);
    context.lineTo(x + 0.65 * dx - 0.2 * dy, y + 0.65 * dy + 0.2 * dx);
    context.moveTo(x + dx, y + dy);
    context.lineTo(x + 0.65 * dx + 0.2 * dy, y + 0.65 * dy - 0.2 * dx);
  }
  context.stroke();
}

function paintParticles(context: CanvasRenderingContext2D, axes: Axes, particles: Float32Array): void {
  context.fillStyle = '#5ce1ff';
  for (let at = 0; at < particles.length; at += 3) {
    const { right, above, up } = seen(axes, particles[at], particles[at + 1], particles[at + 2]);
    if (up > 0) context.fillRect(RADIUS * (1 + right) - 1, RADIUS * (1 - above) - 1, 2, 2);
  }
}

function paintProbe(context: CanvasRenderingContext2D, axes: Axes, [x, y, z]: Vector): void {
  const { right, above, up } = seen(axes, x, y, z);
  if (up < 0) return;
  context.strokeStyle = '#ffffff';
  context.lineWidth = 2;
  context.beginPath();
  context.arc(RADIUS * (1 + right), RADIUS * (1 - above), 7, 0, 2 * Math.PI);
  context.stroke();
}

/** Paints the scene on a canvas of `SIZE` by `SIZE` pixels. */
export function paint(context: CanvasRenderingContext2D, { view, map, shades, field, particles, probe }: Scene): void {
  const axes = axesOf(view);
  context.clearRect(0, 0, SIZE, SIZE);
  if (map !== null && shades !== null) {
    paintDensity(axes, map, shades);
    (surface.getContext('2d') as OffscreenCanvasRenderingContext2D).putImageData(image, 0, 0);
    context.drawImage(surface, 0, 0);
  }
  const projection = geoOrthographic()
    .rotate([-view.longitude, -view.latitude])
    .translate([RADIUS, RADIUS])
    .scale(RADIUS - 0.5);
  const path = geoPath(projection, context);
  context.beginPath();
  path(GRID);
  context.strokeStyle = 'rgba(255, 255, 255, 0.08)';
  context.lineWidth = 0.7;
  context.stroke();
  context.beginPath();
  path(LAND);
  context.strokeStyle = 'rgba(255, 255, 255, 0.45)';
  context.stroke();
  if (field !== null) paintField(context, axes, field);
  if (particles !== null) paintParticles(context, axes, particles);
  if (probe !== null) paintProbe(context, axes, probe);
}
