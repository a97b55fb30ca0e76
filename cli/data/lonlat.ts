import { chooseLonLat } from './columns.ts';
import type { Coordinates } from './coordinates.ts';

const RADIANS = Math.PI / 180;

/** The point of S² at a longitude and a latitude in degrees: x towards (0°, 0°), y towards 90° east, z towards the north pole. */
export function toSphere(longitude: number, latitude: number): [number, number, number] {
  const [lambda, phi] = [longitude * RADIANS, latitude * RADIANS];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}

/** Longitude in (−180, 180] and latitude in degrees; inverts `toSphere`, and takes points of any length. */
export const toLonLat = ([x, y, z]: Iterable<number>): [number, number] => [
  Math.atan2(y, x) / RADIANS,
  Math.atan2(z, Math.hypot(x, y)) / RADIANS,
];

/** Longitude and latitude in degrees, as points of S². */
export const lonlat: Coordinates = {
  option: '--lonlat',
  noun: 'coordinate',
  choose: chooseLonLat,
  fault: (value, k) => {
    const [name, limit] = k === 0 ? ['longitude', 360] : ['latitude', 90];
    if (Math.abs(value) <= limit) return null;
    const hint = k === 1 && Math.abs(value) <= 360 ? ' Longitude is read first; for the other order swap --columns.' : '';
    return `is not a ${name} in degrees, −${limit} to ${limit}.${hint}`;
  },
  toPoint: ([longitude, latitude]) => toSphere(longitude, latitude),
  fromPoint: (point) => toLonLat(Array.from(point)),
  names: () => ['lon', 'lat'],
  columns: () => 2,
  manifold: async () => (await import('../../plugin/manifolds/sphere.ts')).sphere(2),
  belongTo: { names: /^sphere:2$/, said: 'longitude and latitude are points of sphere:2' },
  note: ({ file, header, chosen }) =>
    header || chosen
      ? null
      : `${file} has no header: column 1 is read as longitude, column 2 as latitude (--columns 2,1 for the other order).`,
};
