import type { Nodes } from './quadrature.ts';

/** n points at equal angles, exact for trigonometric polynomials of degree n − 1. */
export function circleNodes(n: number): Nodes {
  const points = new Float32Array(2 * n);
  for (let i = 0; i < n; i++) points.set([Math.cos((2 * Math.PI * i) / n), Math.sin((2 * Math.PI * i) / n)], 2 * i);
  return { points, logWeights: new Float64Array(n).fill(Math.log((2 * Math.PI) / n)) };
}
