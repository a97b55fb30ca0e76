import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { laplacian } from '../plugin/losses/laplacian.ts';
import type { Manifold } from '../plugin/manifolds/manifold.ts';
import { randomTangent } from '../plugin/manifolds/metric.ts';
import { drawNoise } from '../plugin/noise/drawNoise.ts';
import { gaussian } from '../plugin/noise/gaussian.ts';
import { randomStream } from '../random/stream.ts';

/** f, f′ and f″ of s = |x − y|²/ℓ² in k(x, y) = f(s). */
const PROFILES = {
  imq: (s: number): [number, number, number] => {
    const [u, root] = [1 / (1 + s), Math.sqrt(1 / (1 + s))];
    return [root, -0.5 * u * root, 0.75 * u * u * root];
  },
  rbf: (s: number): [number, number, number] => {
    const f = Math.exp(-s / 2);
    return [f, -f / 2, f / 4];
  },
} as const;

/** What the discrepancy needs of n points in m columns: x, the field b = s + H and the projections P, `[n, m]`, `[n, m]`, `[n, m, m]`. */
interface TangentPoints {
  readonly n: number;
  readonly m: number;
  readonly x: Float32Array;
  readonly b: Float32Array;
  readonly projections: Float32Array;
}

/**
 * c where the manifold's metric is c times that of the ambient space.
 *
 * @throws Error where it is not
 */
async function metricFactor(manifold: Manifold, x: Tensor2D): Promise<number> {
  const ratios = tf.tidy(() => {
    const v = randomTangent(manifold, x, drawNoise(gaussian(), x.shape, randomStream(0)) as Tensor2D);
    return tf.div(manifold.inner(x, v, v), tf.sum(tf.square(v), 1)) as Tensor;
  });
  const values = await ratios.data();
  ratios.dispose();
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (least > 0 && most - least < 1e-3 * most) return (least + most) / 2;
  throw new Error(
    `ksdTest: on ${manifold.name} lengths are not those of the space around it, which the kernel measures. The test is for flat space, spheres, tori, rotations and products of spheres and tori.`,
  );
}

/** H = Δx, the mean curvature vector, `[n, m]`: normal to the manifold. */
const curvatures = (manifold: Manifold, x: Tensor2D): Tensor2D =>
  tf.stack(
    Array.from({ length: x.shape[1] }, (_, a) => laplacian((y) => tf.squeeze(tf.slice(y, [0, a], [-1, 1]), [1]), manifold)(x)),
    1,
  ) as Tensor2D;

/** P, `[n, m, m]`, row a being the projection of the axis a. */
const projectionsAt = (manifold: Manifold, x: Tensor2D): Tensor =>
  tf.stack(
    Array.from({ length: x.shape[1] }, (_, a) =>
      manifold.tangent(x, tf.add(tf.zerosLike(x), tf.oneHot(tf.scalar(a, 'int32'), x.shape[1]))),
    ),
    1,
  );

async function tangentPoints(manifold: Manifold, x: Tensor2D, score: Tensor2D): Promise<TangentPoints> {
  const factor = await metricFactor(manifold, x);
  const made = tf.tidy(() => [tf.mul(factor, tf.add(score, curvatures(manifold, x))), projectionsAt(manifold, x)]);
  const [b, projections] = await Promise.all(made.map((t) => t.data() as Promise<Float32Array>));
  tf.dispose(made);
  return { n: x.shape[0], m: x.shape[1], x: (await x.data()) as Float32Array, b, projections };
}

/**
 * The Stein discrepancy's kernel on a manifold in R^m whose metric is that of the ambient space, up to a factor. Of any field f on R^m the tangent part Pf has
 *
 *     div(Pf) + ⟨Pf, s⟩ = tr(P Df) + ⟨f, b⟩,    b = s + H,
 *
 * with the score s and the mean curvature vector H, and its mean under exp(−E) is 0 on a manifold without boundary. For f in the space of the kernel k = f(|x − y|²/ℓ²), m
 * copies of it, this gives, with d = x − y and g = 2f′/ℓ²,
 *
 *     h(x, y) = ⟨b, b′⟩ f + g(⟨b′, Pd⟩ − ⟨b, P′d⟩ − tr PP′) − (4f″/ℓ⁴)⟨Pd, P′d⟩,
 *
 * a restricted kernel in the manner of Barp et al. 2022 and Xu & Matsuda 2021 with fields of first order, as in flat space, where P = 1 and H = 0. Computed in double precision.
 *
 * @returns rows of h from `start` on, `[here, n]`
 * @throws Error where the metric is another
 */
export async function tangentStein(
  manifold: Manifold,
  x: Tensor2D,
  score: Tensor2D,
  base: keyof typeof PROFILES,
  bandwidth: number,
): Promise<(start: number, here: number) => Tensor2D> {
  const { n, m, x: points, b, projections } = await tangentPoints(manifold, x, score);
  const width = bandwidth ** 2;
  const entry = (i: number, j: number): number => {
    const [ri, rj] = [i * m, j * m];
    let [square, fields, along, back, trace, both] = [0, 0, 0, 0, 0, 0];
    for (let a = 0; a < m; a++) {
      square += (points[ri + a] - points[rj + a]) ** 2;
      fields += b[ri + a] * b[rj + a];
      let [pi, pj] = [0, 0];
      for (let c = 0; c < m; c++) {
        const [p, q] = [projections[(ri + a) * m + c], projections[(rj + a) * m + c]];
        const d = points[ri + c] - points[rj + c];
        pi += p * d;
        pj += q * d;
        trace += p * q;
      }
      along += b[rj + a] * pi;
      back += b[ri + a] * pj;
      both += pi * pj;
    }
    const [f, first, second] = PROFILES[base](square / width);
    return fields * f + ((2 * first) / width) * (along - back - trace) - ((4 * second) / width ** 2) * both;
  };
  return (start, here) => {
    const block = new Float32Array(here * n);
    for (let i = 0; i < here; i++) for (let j = 0; j < n; j++) block[i * n + j] = entry(start + i, j);
    return tf.tensor2d(block, [here, n]);
  };
}
