import { toSphere } from '../../../maps/places.ts';

export type Vector = readonly [number, number, number];

/** Where the viewer is above, in degrees. */
export interface View {
  readonly longitude: number;
  readonly latitude: number;
}

/** East, north and upwards at the middle of the picture. */
export interface Axes {
  readonly east: Vector;
  readonly north: Vector;
  readonly up: Vector;
}

export function axesOf({ longitude, latitude }: View): Axes {
  const [lambda, phi] = [(longitude * Math.PI) / 180, (latitude * Math.PI) / 180];
  return {
    east: [-Math.sin(lambda), Math.cos(lambda), 0],
    north: [-Math.sin(phi) * Math.cos(lambda), -Math.sin(phi) * Math.sin(lambda), Math.cos(phi)],
    up: toSphere([longitude, latitude]) as unknown as Vector,
  };
}

/** A view that far to the east and north; it stops at the poles. */
export const turned = ({ longitude, latitude }: View, east: number, north: number): View => ({
  longitude: ((longitude + east + 540) % 360) - 180,
  latitude: Math.max(-90, Math.min(90, latitude + north)),
});

/** Where a point is in the picture, in radii from the middle, rightwards and upwards; `up` below 0: behind the globe. */
export function seen({ east, north, up }: Axes, x: number, y: number, z: number): { right: number; above: number; up: number } {
  return {
    right: east[0] * x + east[1] * y,
    above: north[0] * x + north[1] * y + north[2] * z,
    up: up[0] * x + up[1] * y + up[2] * z,
  };
}

/** The point of the globe under a place of the picture, in radii from the middle; null beside the globe. */
export function pointAt({ east, north, up }: Axes, right: number, above: number): Vector | null {
  const square = right * right + above * above;
  if (square > 1) return null;
  const depth = Math.sqrt(1 - square);
  const of = (i: 0 | 1 | 2) => right * east[i] + above * north[i] + depth * up[i];
  return [of(0), of(1), of(2)];
}

/** n points spread evenly over the sphere, row by row: Fibonacci's spiral. */
export function spiral(n: number): Float32Array<ArrayBuffer> {
  const points = new Float32Array(3 * n);
  const golden = Math.PI * (3 - Math.sqrt(5));
  for (let i = 0; i < n; i++) {
    const z = 1 - (2 * i + 1) / n;
    const radius = Math.sqrt(1 - z * z);
    points.set([radius * Math.cos(golden * i), radius * Math.sin(golden * i), z], 3 * i);
  }
  return points;
}
