import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { columns } from './columns.ts';
import type { Manifold } from './manifold.ts';
import { randomTangent, riemannianGradient } from './metric.ts';
import { safeRoot } from './rows.ts';

/** The factors' curvatures, column by column, where all state them. */
function curvature(factors: readonly Manifold[], sizes: readonly { ambientDim: number }[]): Pick<Manifold, 'ricci'> {
  const columns = factors.map(({ ricci }, i) => (typeof ricci === 'number' ? Array<number>(sizes[i].ambientDim).fill(ricci) : ricci));
  return columns.includes(undefined) ? {} : { ricci: (columns as number[][]).flat() };
}

type Verb = (factor: Manifold, ...parts: Tensor2D[]) => Tensor2D;

/** A factor's dimensions, which a product must know to find its columns. */
function sized(factor: Manifold): { dim: number; ambientDim: number } {
  const { name, dim, ambientDim } = factor;
  if (dim !== null && ambientDim !== null) return { dim, ambientDim };
  throw new Error(`product: ${name} does not say how many columns its points have. Give the dimension, for example euclidean(2).`);
}

/** The least of the factors', where all state it: a geodesic is as short as its parts allow. */
function injectivity(factors: readonly Manifold[]): Pick<Manifold, 'injectivityRadius'> {
  const radii = factors.map(({ injectivityRadius, logVolume }) =>
    injectivityRadius === undefined && logVolume === null ? null : injectivityRadius,
  );
  if (radii.includes(undefined)) return {};
  const finite = radii.filter((radius) => radius !== null) as number[];
  return { injectivityRadius: finite.length === 0 ? null : Math.min(...finite) };
}

/**
 * The product of manifolds: the columns of its factors side by side, ds² = ds₁² + ds₂² + …, so that geodesics are pairs of geodesics.
 *
 * @param factors at least one, each of a fixed dimension; products among them are fine
 * @throws Error where there are no factors, or one has no dimension
 */
export function product(...factors: Manifold[]): Manifold {
  if (factors.length === 0) throw new Error('product(): expected at least one manifold, as in product(sphere(2), euclidean(1)).');
  const sizes = factors.map(sized);
  const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((sum, { ambientDim }) => sum + ambientDim, 0));
  const part = (x: Tensor2D, i: number) => columns(x, ends[i] - sizes[i].ambientDim, ends[i]);
  const parts = (xs: Tensor2D[], i: number) => xs.map((x) => part(x, i));
  const side =
    (verb: Verb) =>
    (...xs: Tensor2D[]): Tensor2D =>
      tf.tidy(() =>
        tf.concat(
          factors.map((factor, i) => verb(factor, ...parts(xs, i))),
          1,
        ),
      );
  return {
    name: `product(${factors.map(({ name }) => name).join(',')})`,
    dim: sizes.reduce((sum, { dim }) => sum + dim, 0),
    ambientDim: ends[ends.length - 1],
    logVolume: factors.reduce<number | null>((sum, { logVolume }) => (sum === null || logVolume === null ? null : sum + logVolume), 0),
    ...injectivity(factors),
    ...curvature(factors, sizes),
    project: side((factor, x) => factor.project(x)),
    tangent: side((factor, x, v) => factor.tangent(x, v)),
    gradient: side(riemannianGradient),
    randomTangent: side(randomTangent),
    exp: side((factor, x, v) => factor.exp(x, v)),
    log: side((factor, x, y) => factor.log(x, y)),
    transport: side((factor, x, y, v) => factor.transport(x, y, v)),
    inner: (x, u, v) => tf.tidy(() => tf.addN(factors.map((factor, i) => factor.inner(part(x, i), part(u, i), part(v, i))))),
    dist: (x, y) =>
      tf.tidy(() => {
        const squares = factors.map((factor, i) => tf.square(factor.dist(part(x, i), part(y, i))) as Tensor1D);
        return tf.squeeze(safeRoot(tf.expandDims(tf.addN(squares), 1)), [1]);
      }),
    fromGaussian: side((factor, z) => factor.fromGaussian(z)),
  };
}
