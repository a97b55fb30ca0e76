import { chooseColumns } from './columns.ts';
import type { Coordinates } from './coordinates.ts';
import { coordinateNames } from './csv.ts';

/** Coordinates of the space around the manifold, as they are. */
export const ambient: Coordinates = {
  option: '--columns',
  noun: 'coordinate',
  choose: chooseColumns,
  // The models compute in float32, whose largest number is 3.4e38.
  fault: (value) => (Number.isFinite(Math.fround(value)) ? null : 'is too large for single precision'),
  toPoint: (values) => [...values],
  fromPoint: (point) => Array.from(point),
  names: coordinateNames,
  columns: (m) => m,
  manifold: async (columns) => (await import('../../plugin/manifolds/euclidean.ts')).euclidean(columns),
  note: () => null,
};
