import * as tf from '@tensorflow/tfjs';
import { type Energy, logPartition, type Manifold, sphereQuadrature } from 'tfjs-mvl';
import { type RandomStream, randomStream } from '../../random/stream.ts';

/** One von Mises–Fisher component, density ∝ exp(κ⟨μ, x⟩). */
export interface Component {
  readonly weight: number;
  /** Of any length. */
  readonly mean: readonly number[];
  readonly kappa: number;
}

export interface Mixture {
  readonly manifold: Manifold;
  /** −log density in nats; the weights are those of normalised components. */
  readonly energy: Energy;
  /** n independent points, as rows. */
  sample(n: number, seed: number): number[][];
}

const unit = (v: readonly number[]): number[] => v.map((c) => c / Math.hypot(...v));

/** Beta(½, ½) is the arcsine law, Beta(1, 1) the uniform one: all that Wood's method needs on S¹ and S². */
const beta = (dim: number, stream: RandomStream): number =>
  dim === 1 ? Math.sin((Math.PI / 2) * stream.uniform()) ** 2 : stream.uniform();

/** ⟨μ, x⟩ for x ~ vMF(μ, κ) on S^dim, by rejection. Wood 1994. */
function cosine(dim: number, kappa: number, stream: RandomStream): number {
  const b = dim / (2 * kappa + Math.sqrt(4 * kappa ** 2 + dim ** 2));
  const x0 = (1 - b) / (1 + b);
  const c = kappa * x0 + dim * Math.log(1 - x0 ** 2);
  for (;;) {
    const z = beta(dim, stream);
    const w = (1 - (1 + b) * z) / (1 - (1 - b) * z);
    if (kappa * w + dim * Math.log(1 - x0 * w) - c >= Math.log(1 - stream.uniform())) return w;
  }
}

/** A point of vMF(μ, κ): its cosine with μ, and a uniform direction at right angles. */
function draw(mean: readonly number[], kappa: number, stream: RandomStream): number[] {
  const w = cosine(mean.length - 1, kappa, stream);
  const z = mean.map(() => stream.gaussian());
  const along = z.reduce((sum, v, i) => sum + v * mean[i], 0);
  const direction = unit(z.map((v, i) => v - along * mean[i]));
  return mean.map((v, i) => w * v + Math.sqrt(1 - w * w) * direction[i]);
}

/** A mixture of von Mises–Fisher laws on S¹ or S². */
export async function vonMisesFisherMixture(manifold: Manifold, components: readonly Component[]): Promise<Mixture> {
  const means = components.map(({ mean }) => unit(mean));
  const quadrature = sphereQuadrature(manifold);
  const shape =
    (k: number): Energy =>
    (x) =>
      tf.mul(-components[k].kappa, tf.sum(tf.mul(x, tf.tensor2d([means[k]])), 1));
  const logZ = await Promise.all(components.map((_, k) => logPartition(shape(k), quadrature)));
  return {
    manifold,
    energy: (x) =>
      tf.tidy(() => {
        const logs = components.map(({ weight }, k) => tf.sub(Math.log(weight) - logZ[k], shape(k)(x)));
        return tf.neg(tf.logSumExp(tf.stack(logs, 1), 1)) as tf.Tensor1D;
      }),
    sample: (n, seed) => {
      const stream = randomStream(seed);
      return Array.from({ length: n }, () => {
        let rest = stream.uniform() * components.reduce((sum, { weight }) => sum + weight, 0);
        const k = components.findIndex(({ weight }) => {
          rest -= weight;
          return rest < 0;
        });
        return draw(means[k], components[k].kappa, stream);
      });
    },
  };
}
