import type { Manifold } from '../plugin/manifolds/manifold.ts';

/** Nodes and weights of ∫ f dvol = Σ exp(logWeightᵢ) f(pointᵢ) on a manifold, and finer rules of the same kind. */
export interface Quadrature {
  readonly manifold: Manifold;
  readonly resolution: number;
  /** Number of nodes. */
  readonly size: number;
  /** Rows of the points, `[size, m]`. */
  readonly points: Float32Array;
  /** Logarithms of the weights, `[size]`; together the weights are the volume: the manifold's, or of a box in flat space the box's. */
  readonly logWeights: Float64Array;
  /** The rule of half as much resolution again; made once. */
  finer(): Quadrature;
}

export type Nodes = Pick<Quadrature, 'points' | 'logWeights'>;

/** Nodes of a manifold by a resolution, which a rule starts from. */
export interface QuadratureMaker {
  nodes(resolution: number): Nodes;
  readonly resolution: number;
}

/**
 * The rule of a manifold out of a table of some, by its name.
 *
 * @param where names the caller in errors
 * @throws Error where the table has none for the manifold; RangeError where the resolution is not an integer of at least 2
 */
export function quadratureFrom(
  makers: Readonly<Record<string, QuadratureMaker>>,
  manifold: Manifold,
  resolution: number | undefined,
  where: string,
): Quadrature {
  if (!Object.hasOwn(makers, manifold.name))
    throw new Error(`${where}: no rule for ${manifold.name}; there are rules for ${Object.keys(makers).join(' and ')}.`);
  const maker = makers[manifold.name];
  const n = resolution ?? maker.resolution;
  if (!Number.isInteger(n) || n < 2) throw new RangeError(`${where}: resolution must be an integer of at least 2; got ${n}.`);
  return ruleOf(manifold, maker.nodes, n);
}

/** @param nodes those of each resolution */
export function ruleOf(manifold: Manifold, nodes: QuadratureMaker['nodes'], resolution: number): Quadrature {
  const { points, logWeights } = nodes(resolution);
  let next: Quadrature | undefined;
  return {
    manifold,
    resolution,
    size: logWeights.length,
    points,
    logWeights,
    finer: () => {
      next ??= ruleOf(manifold, nodes, Math.ceil(1.5 * resolution));
      return next;
    },
  };
}
