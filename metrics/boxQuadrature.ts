import { isFlat } from '../plugin/manifolds/isFlat.ts';
import type { Manifold } from '../plugin/manifolds/manifold.ts';
import { gaussLegendre } from './gaussLegendre.ts';
import { type Nodes, type Quadrature, ruleOf } from './quadrature.ts';

/** Corners of a box in R^n. */
export interface Box {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Nodes a column, by the number of columns. */
const RESOLUTIONS: readonly number[] = [200, 100, 40];

const grid =
  ({ from, to }: Box) =>
  (resolution: number): Nodes => {
    const n = from.length;
    const { nodes, weights } = gaussLegendre(resolution);
    const size = resolution ** n;
    const points = new Float32Array(size * n);
    const logWeights = new Float64Array(size);
    for (let i = 0; i < size; i++)
      for (let k = n - 1, rest = i; k >= 0; k--, rest = Math.floor(rest / resolution)) {
        const half = (to[k] - from[k]) / 2;
        points[i * n + k] = from[k] + half * (1 + nodes[rest % resolution]);
        logWeights[i] += Math.log(half * weights[rest % resolution]);
      }
    return { points, logWeights };
  };

/**
 * Gauss–Legendre nodes in a box of R¹, R² or R³, the last column fastest: ∫ f dx over the box, and over all of flat space where f is negligible outside.
 *
 * @param resolution nodes a column. Default 200, 100, 40 in one, two, three columns
 * @throws Error for other manifolds; RangeError for corners that make no box, and where the resolution is not an integer of at least 2
 */
export function boxQuadrature(manifold: Manifold, box: Box, resolution?: number): Quadrature {
  const n = manifold.ambientDim;
  if (!isFlat(manifold) || n === null || n > RESOLUTIONS.length)
    throw new Error(`boxQuadrature: there are rules for euclidean(1), euclidean(2) and euclidean(3); got ${manifold.name}.`);
  const corners = [box.from, box.to].every((corner) => corner.length === n && corner.every(Number.isFinite));
  if (!corners || box.from.some((value, k) => !(value < box.to[k])))
    throw new RangeError(
      `boxQuadrature: from and to must be ${n} finite numbers each, from below to in every column; got [${box.from}] and [${box.to}].`,
    );
  const nodes = resolution ?? RESOLUTIONS[n - 1];
  if (!Number.isInteger(nodes) || nodes < 2)
    throw new RangeError(`boxQuadrature: resolution must be an integer of at least 2; got ${nodes}.`);
  return ruleOf(manifold, grid(box), nodes);
}
