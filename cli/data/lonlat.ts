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
