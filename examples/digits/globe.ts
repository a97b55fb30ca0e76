import { Matrix, SingularValueDecomposition } from 'ml-matrix';

/** A code's place on a globe, in degrees. */
export interface Place {
  readonly longitude: number;
  readonly latitude: number;
}

const degrees = (radians: number): number => (180 / Math.PI) * radians;

/** Points of S² as they are; others by their three principal components, put on the sphere. */
export function placesOf(codes: readonly Float32Array[]): Place[] {
  const rows = codes[0].length === 3 ? codes.map((row) => Array.from(row)) : principal(codes);
  return rows.map(([x, y, z]) => ({ longitude: degrees(Math.atan2(y, x)), latitude: degrees(Math.atan2(z, Math.hypot(x, y))) }));
}

/** Codes on S² at the middles of equal steps of longitude and latitude, north first. */
export const gridOn = (longitudes: number, latitudes: number): number[][] =>
  Array.from({ length: longitudes * latitudes }, (_, i) => {
    const longitude = 2 * Math.PI * (((i % longitudes) + 0.5) / longitudes) - Math.PI;
    const latitude = Math.PI * (0.5 - (Math.floor(i / longitudes) + 0.5) / latitudes);
    return [Math.cos(latitude) * Math.cos(longitude), Math.cos(latitude) * Math.sin(longitude), Math.sin(latitude)];
  });

function principal(codes: readonly Float32Array[]): number[][] {
  const rows = new Matrix(codes.map((row) => Array.from(row)));
  const centred = rows.subRowVector(rows.mean('column'));
  const axes = new SingularValueDecomposition(centred.transpose().mmul(centred)).leftSingularVectors.subMatrix(
    0,
    codes[0].length - 1,
    0,
    2,
  );
  return centred.mmul(axes).to2DArray();
}
