import type { Manifold } from '../plugin/manifolds/manifold.ts';
import { circleNodes } from './circleNodes.ts';
import { gaussLegendre } from './gaussLegendre.ts';
import { type Nodes, type Quadrature, type QuadratureMaker, quadratureFrom } from './quadrature.ts';

/** n latitudes by Gauss and Legendre × 2n longitudes: exact for spherical harmonics of degree 2n − 1, and no node at a pole. */
function globe(n: number): Nodes {
  const { nodes, weights } = gaussLegendre(n);
  const longitudes = 2 * n;
  const points = new Float32Array(3 * n * longitudes);
  const logWeights = new Float64Array(n * longitudes);
  for (let i = 0; i < n; i++) {
    const z = nodes[i];
    const radius = Math.sqrt((1 - z) * (1 + z));
    for (let j = 0; j < longitudes; j++) {
      const angle = (2 * Math.PI * (j + 0.5)) / longitudes;
      points.set([radius * Math.cos(angle), radius * Math.sin(angle), z], 3 * (i * longitudes + j));
    }
    logWeights.fill(Math.log((weights[i] * 2 * Math.PI) / longitudes), i * longitudes, (i + 1) * longitudes);
  }
  return { points, logWeights };
}

const makers: Readonly<Record<string, QuadratureMaker>> = {
  'sphere:1': { nodes: circleNodes, resolution: 128 },
  'sphere:2': { nodes: globe, resolution: 32 },
};

/**
 * Quadrature on S¹ or S². Converges faster than any power of the resolution for smooth integrands: exp(−E) with bumps of width σ is resolved from
 * about 5/σ nodes on S¹ and 2.5/σ latitudes on S², to nine digits.
 *
 * @param manifold `sphere(1)` or `sphere(2)`
 * @param resolution on S¹ the number of nodes, default 128; on S² of latitudes, with twice as many longitudes, default 32
 * @throws where there is no rule for the manifold, or the resolution is not an integer of at least 2
 */
export const sphereQuadrature = (manifold: Manifold, resolution?: number): Quadrature =>
  quadratureFrom(makers, manifold, resolution, 'sphereQuadrature');
