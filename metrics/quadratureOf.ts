import type { Manifold } from '../plugin/manifolds/manifold.ts';
import type { Quadrature } from './quadrature.ts';
import { sphereQuadrature } from './sphereQuadrature.ts';
import { torusQuadrature } from './torusQuadrature.ts';

/** The quadrature rule of a manifold at its default resolution; null where there is none. */
export function quadratureOf(manifold: Manifold): Quadrature | null {
  if (/^sphere:[12]$/.test(manifold.name)) return sphereQuadrature(manifold);
  return /^torus:[123]$/.test(manifold.name) ? torusQuadrature(manifold) : null;
}
