import type { LoadedModel } from 'tfjs-mvl/runtime';
import { toLonLat } from '../../../maps/places.ts';
import { axesOf, type Vector } from './view.ts';

/** What the model says at a point. */
export interface Probe {
  readonly point: Vector;
  /** Nats per steradian. */
  readonly logDensity: number;
  /** Nats per radian, and where it points to, in degrees clockwise from north. */
  readonly score: { readonly norm: number; readonly bearing: number };
}

export async function measure(model: LoadedModel, point: Vector, logPartition: number): Promise<Probe> {
  const [[energy], score] = await Promise.all([model.energy([point]), model.score([point])]);
  const [longitude, latitude] = toLonLat(point);
  const { east, north } = axesOf({ longitude, latitude });
  const along = (axis: Vector) => axis.reduce((sum, value, i) => sum + value * score[i], 0);
  const bearing = (Math.atan2(along(east), along(north)) * 180) / Math.PI;
  return { point, logDensity: -energy - logPartition, score: { norm: Math.hypot(...score), bearing: (bearing + 360) % 360 } };
}

const POINTS = ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west'];

export const compass = (bearing: number): string => POINTS[Math.round(bearing / 45) % 8];

const side = (value: number, [positive, negative]: readonly [string, string]): string =>
  `${Math.abs(value).toFixed(1)}° ${value < 0 ? negative : positive}`;

export function placeName(point: Vector): string {
  const [longitude, latitude] = toLonLat(point);
  return `${side(latitude, ['N', 'S'])}, ${side(longitude, ['E', 'W'])}`;
}
