import type { Manifold } from '../plugin/manifolds/manifold.ts';
import { circleNodes } from './circleNodes.ts';
import { type Nodes, type Quadrature, type QuadratureMaker, quadratureFrom } from './quadrature.ts';

/** A grid of r equal angles along each of n circles, rⁿ nodes in all: the last angle runs fastest. */
const grid =
  (n: number) =>
  (r: number): Nodes => {
    const { points: circle, logWeights: weights } = circleNodes(r);
    const size = r ** n;
    const points = new Float32Array(2 * n * size);
    for (let i = 0; i < size; i++)
      for (let k = n - 1, rest = i; k >= 0; k--, rest = Math.floor(rest / r)) {
        const angle = rest % r;
        points.set(circle.subarray(2 * angle, 2 * angle + 2), 2 * (n * i + k));
      }
    return { points, logWeights: new Float64Array(size).fill(n * weights[0]) };
  };

const makers: Readonly<Record<string, QuadratureMaker>> = {
  'torus:1': { nodes: grid(1), resolution: 128 },
  'torus:2': { nodes: grid(2), resolution: 64 },
  'torus:3': { nodes: grid(3), resolution: 24 },
};

/**
 * Quadrature on T¹, T² or T³: equal angles, exact for trigonometric polynomials of degree below the resolution in each angle. exp(−E) with bumps of width
 * σ is resolved from about 5/σ angles on, to nine digits.
 *
 * @param manifold `torus(1)`, `torus(2)` or `torus(3)`
 * @param resolution angles of each circle; default 128, 64 and 24
 * @throws where there is no rule for the manifold, or the resolution is not an integer of at least 2
 */
export const torusQuadrature = (manifold: Manifold, resolution?: number): Quadrature =>
  quadratureFrom(makers, manifold, resolution, 'torusQuadrature');
