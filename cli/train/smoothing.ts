import type { Manifold } from '../../plugin/index.ts';
import type { SmoothingOption } from '../options.ts';

/** Width of the smoothing at the beginning and at the end. */
export interface Width {
  readonly from: number;
  readonly to: number;
}

/** Shares of the data's size: from where structures merge to where most data sets of some thousand points stop to show more. */
const SHARES = { from: 0.5, to: 0.05 };

/** On manifolds of finite volume the size is that of a radian or so, whatever the data. */
const COMPACT = { from: 0.3, to: 0.02 };

/** Root mean square deviation of a coordinate from its mean. */
function spread(points: readonly (readonly number[])[]): number {
  const m = points[0].length;
  let total = 0;
  for (let k = 0; k < m; k++) {
    const mean = points.reduce((sum, row) => sum + row[k], 0) / points.length;
    total += points.reduce((sum, row) => sum + (row[k] - mean) ** 2, 0) / points.length;
  }
  return Math.sqrt(total / m);
}

/** The smoothing that an option stands for. */
export function smoothingOf(option: SmoothingOption, manifold: Manifold, points: readonly (readonly number[])[]): Width | undefined {
  if (option === 'none') return undefined;
  if (option !== 'auto') return option;
  if (manifold.logVolume !== null) return COMPACT;
  const size = spread(points);
  return size > 0 ? { from: SHARES.from * size, to: SHARES.to * size } : undefined;
}
