import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { drawNoise } from '../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../plugin/noise/gaussian.ts';
import { randomStream } from '../../random/stream.ts';
import type { AnnealingBase, GivenEnergy } from './base.ts';
import { fittedGaussian } from './fittedGaussian.ts';
import { flatCodes } from './flatCodes.ts';

/** What chains run on for some rows of data: an energy whose integral is p(x) for each. */
export interface ChainSpace {
  readonly manifold: Manifold;
  readonly energy: GivenEnergy;
  /** Default: that of the manifold. */
  readonly base?: AnnealingBase;
  /** A row for each row of data. */
  readonly given: Tensor2D;
  /** Exact samples of the posteriors, where codes were given that are. */
  readonly samples?: Tensor2D;
}

/** Fitted deviations are widened by this factor: chains then start from all over the posterior. */
const WIDER = 1.3;
/** Widths no smaller than this, in units of length of the manifold. */
const LEAST = 1e-2;
/** Second and third words of the keys of the noise that makes points of codes. */
const STREAM = 0x4650;
const PURPOSE = { fit: 0, truth: 1 } as const;

/**
 * Chains that start from independent normal columns, with the means and deviations of the points of codes that the encoder draws for each row.
 *
 * @param latent flat space or a sphere
 * @param energy −log p(x|z) p(z) in nats, of codes and rows of data
 * @param encode codes for the rows, `[rows, m]`, by the number of the draw
 */
export async function startAtEncoder(
  latent: Manifold,
  energy: GivenEnergy,
  x: Tensor2D,
  {
    encode,
    codes,
    truth,
    seed,
  }: {
    readonly encode: (x: Tensor2D, draw: number) => Tensor2D;
    readonly codes: number;
    readonly truth: Tensor2D | undefined;
    readonly seed: number;
  },
): Promise<ChainSpace> {
  const { codeOf, pointOf, excess } = flatCodes(latent);
  const columns = x.shape[1];
  const pointsOf = (z: Tensor2D, width: Tensor2D, purpose: number): Tensor2D =>
    pointOf(z, drawNoise(gaussian(), z.shape, randomStream(seed, STREAM, purpose)) as Tensor2D, width);
  const { draws, width } = tf.tidy(() => {
    const z = tf.stack(Array.from({ length: codes }, (_, k) => encode(x, k)));
    // As wide as the posterior's columns are: no direction is much wider than others.
    const found = tf.add(tf.sqrt(tf.mean(tf.moments(z, 0).variance, 1, true)), LEAST) as Tensor2D;
    const points = pointsOf(tf.reshape(z, [-1, z.shape[2] as number]), tf.tile(found, [codes, 1]), PURPOSE.fit);
    return { draws: tf.reshape(points, z.shape), width: found };
  });
  const { parameters, base } = await fittedGaussian(draws, WIDER);
  const samples = truth && tf.tidy(() => pointsOf(truth, width, PURPOSE.truth));
  const given = tf.concat([x, width, parameters], 1) as Tensor2D;
  tf.dispose([draws, parameters, width]);
  return {
    manifold: euclidean(latent.ambientDim as number),
    energy: (y, along) => {
      const [rows, widths] = [tf.slice(along, [0, 0], [-1, columns]), tf.slice(along, [0, columns], [-1, 1])];
      return tf.add(energy(codeOf(y), rows), excess(y, widths));
    },
    base: base(columns + 1),
    given,
    ...(samples && { samples }),
  };
}
