import { chooseColumns } from './columns.ts';
import type { Coordinates } from './coordinates.ts';

/** Radians in a unit. */
const UNITS = { degrees: Math.PI / 180, radians: 1 } as const;

export type AngleUnit = keyof typeof UNITS;

export const ANGLE_UNITS = Object.keys(UNITS) as AngleUnit[];

/** A turn as files round it, to four digits: 6.283 and 6.2832 are a turn too. */
const TURN: Readonly<Record<AngleUnit, number>> = { degrees: 360, radians: 6.2832 };

const SHOWN: Readonly<Record<AngleUnit, string>> = { degrees: '−360 to 360', radians: '−2π to 2π' };

/** n angles t as the point (cos t₁, sin t₁, …, cos tₙ, sin tₙ) of the torus Tⁿ, or of the circle S¹ for n = 1. */
export function angles(unit: AngleUnit): Coordinates {
  const scale = UNITS[unit];
  const fromPoint = (point: ArrayLike<number>) =>
    // −0 + 0 = 0, and atan2(0, −1) is π where atan2(−0, −1) is −π.
    Array.from({ length: point.length / 2 }, (_, i) => Math.atan2(point[2 * i + 1] + 0, point[2 * i]) / scale);
  return {
    option: `--angles ${unit}`,
    noun: 'angle',
    choose: chooseColumns,
    fault: (value) => {
      if (Math.abs(value) <= TURN[unit]) return null;
      const hint = unit === 'radians' && Math.abs(value) <= TURN.degrees ? ' If these are degrees, give --angles degrees.' : '';
      return `is not an angle in ${unit}, ${SHOWN[unit]}.${hint}`;
    },
    toPoint: (values) => values.flatMap((value) => [Math.cos(value * scale), Math.sin(value * scale)]),
    fromPoint,
    names: (m) => (m === 2 ? ['angle'] : Array.from({ length: m / 2 }, (_, i) => `angle${i + 1}`)),
    columns: (m) => m / 2,
    manifold: async (columns) => (await import('../../plugin/manifolds/torus.ts')).torus(columns),
    belongTo: { names: /^(torus:\d+|sphere:1)$/, said: 'angles are points of torus:n, or of sphere:1' },
    note: ({ file, points }) =>
      unit === 'degrees' && points.every((point) => fromPoint(point).every((angle) => Math.abs(angle) <= TURN.radians))
        ? `${file}: all angles lie within ±2π degrees; if they are radians, give --angles radians.`
        : null,
  };
}
