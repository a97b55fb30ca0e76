import type { Manifold } from '../plugin/manifolds/manifold.ts';
import { gaussLegendre } from './gaussLegendre.ts';

/** Nodes and weights of ∫ f dvol = Σ exp(logWeightᵢ) f(pointᵢ) on a manifold, and finer rules of the same kind. */
export interface Quadrature {
  readonly manifold: Manifold;
  readonly resolution: number;
  /** Number of nodes. */
  readonly size: number;
  /** Rows of the points, `[size, m]`. */
  readonly points: Float32Array;
  /** Logarithms of the weights, `[size]`; together the weights are the manifold's volume. */
  readonly logWeights: Float64Array;
  /** The rule of half as much resolution again; made once. */
  finer(): Quadrature;
}

type Nodes = Pick<Quadrature, 'points' | 'logWeights'>;

/** n points at equal angles, exact for trigonometric polynomials of degree n − 1. */
function circle(n: number): Nodes {
  const points = new Float32Array(2 * n);
  for (let i = 0; i < n; i++) points.set([Math.cos((2 * Math.PI * i) / n), Math.sin((2 * Math.PI * i) / n)], 2 * i);
  return { points, logWeights: new Float64Array(n).fill(Math.log((2 * Math.PI) / n)) };
}

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

const rules: Readonly<Record<string, { nodes: (n: number) => Nodes; resolution: number }>> = {
  'sphere:1': { nodes: circle, resolution: 128 },
  'sphere:2': { nodes: globe, resolution: 32 },
};

function makeRule(manifold: Manifold, resolution: number): Quadrature {
  const { points, logWeights } = rules[manifold.name].nodes(resolution);
  let next: Quadrature | undefined;
  return {
    manifold,
    resolution,
    size: logWeights.length,
    points,
    logWeights,
    finer: () => {
      next ??= makeRule(manifold, Math.ceil(1.5 * resolution));
      return next;
    },
  };
}

/**
 * Quadrature on S¹ or S². Converges faster than any power of the resolution for smooth integrands: exp(−E) with bumps of width σ is resolved from
 * about 5/σ nodes on S¹ and 2.5/σ latitudes on S², to nine digits.
 *
 * @param manifold `sphere(1)` or `sphere(2)`
 * @param resolution on S¹ the number of nodes, default 128; on S² of latitudes, with twice as many longitudes, default 32
 * @throws where there is no rule for the manifold, or the resolution is not an integer of at least 2
 */
export function sphereQuadrature(manifold: Manifold, resolution?: number): Quadrature {
  if (!Object.hasOwn(rules, manifold.name))
    throw new Error(`sphereQuadrature: no rule for ${manifold.name}; there are rules for ${Object.keys(rules).join(' and ')}.`);
  const n = resolution ?? rules[manifold.name].resolution;
  if (!Number.isInteger(n) || n < 2) throw new RangeError(`sphereQuadrature: resolution must be an integer of at least 2; got ${n}.`);
  return makeRule(manifold, n);
}
