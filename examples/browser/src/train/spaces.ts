import { toSphere } from '../../../maps/places.ts';

/** Where points live, as the page's user chooses it. */
export type SpaceName = 'plane' | 'circle' | 'sphere' | 'torus';

/** One column of what a user gives. */
export interface Column {
  readonly title: string;
  /** Names that a file's header may have for it, in small letters. */
  readonly names: readonly string[];
  /** In degrees; null: any number. */
  readonly range: readonly [least: number, most: number] | null;
}

export interface Space {
  readonly title: string;
  readonly columns: readonly Column[];
  /** Numbers that a user gives, in degrees where they are angles, to a point of the manifold. */
  ambient(row: readonly number[]): number[];
}

const circle = (degrees: number): number[] => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];

/** Compass directions and torsion angles come in either. */
const ANGLE = [-360, 360] as const;

export const SPACES: Readonly<Record<SpaceName, Space>> = {
  plane: {
    title: 'Plane (x, y)',
    columns: [
      { title: 'x', names: ['x'], range: null },
      { title: 'y', names: ['y'], range: null },
    ],
    ambient: (row) => [...row],
  },
  circle: {
    title: 'Circle (an angle)',
    columns: [{ title: 'angle', names: ['angle', 'direction', 'dir', 'degrees'], range: ANGLE }],
    ambient: ([angle]) => circle(angle),
  },
  sphere: {
    title: 'Sphere (longitude, latitude)',
    columns: [
      { title: 'longitude', names: ['longitude', 'lon', 'lng', 'long'], range: ANGLE },
      { title: 'latitude', names: ['latitude', 'lat'], range: [-90, 90] },
    ],
    ambient: ([longitude, latitude]) => toSphere([longitude, latitude]),
  },
  torus: {
    title: 'Torus (two angles)',
    columns: [
      { title: 'first angle', names: ['phi', 'a', 'angle1'], range: ANGLE },
      { title: 'second angle', names: ['psi', 'b', 'angle2'], range: ANGLE },
    ],
    ambient: ([a, b]) => [...circle(a), ...circle(b)],
  },
};
