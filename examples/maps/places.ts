/** Longitude and latitude in degrees. */
export type LonLat = readonly [longitude: number, latitude: number];

const RADIANS = Math.PI / 180;

/** Points of S²: x towards (0°, 0°), z towards the north pole. */
export const toSphere = ([longitude, latitude]: LonLat): number[] => {
  const [lambda, phi] = [longitude * RADIANS, latitude * RADIANS];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
};

export const toLonLat = ([x, y, z]: Iterable<number>): LonLat => [Math.atan2(y, x) / RADIANS, Math.atan2(z, Math.hypot(x, y)) / RADIANS];
