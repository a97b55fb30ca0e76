import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { detach, drawNoise, entropySurrogate, euclidean, gaussian, mlpEnergy, mvlLd, randomStream } from 'tfjs-mvl';
import { compile } from 'tfjs-mvl/exporters';
import { setRate } from '../setRate.ts';

/** A channel z = Wx + s n of power |W|² = P from x ~ N(0, diag(λ)) to fewer coordinates. */
export interface Channel {
  readonly variances: readonly number[];
  readonly outputs: number;
  readonly power: number;
  readonly noise: number;
}

/** The most information that the channel can carry, in nats: water-filling, power μ − s²/λ for each of the largest variances (Cover & Thomas 2006, §9.4). */
export function waterFilling({ variances, outputs, power, noise }: Channel): number {
  const floors = variances
    .map((v) => noise ** 2 / v)
    .sort((a, b) => a - b)
    .slice(0, outputs);
  const levels = floors.map((_, k) => (power + floors.slice(0, k + 1).reduce((sum, f) => sum + f, 0)) / (k + 1));
  // As many coordinates as are under water.
  const used = levels.filter((level, k) => level > floors[k]).length;
  return floors.slice(0, used).reduce((sum, floor) => sum + 0.5 * Math.log(levels[used - 1] / floor), 0);
}

/** ½ log det(I + W diag(λ) Wᵀ/s²) for two outputs. */
export function informationOf(W: readonly number[][], { variances, noise }: Channel): number {
  const [[a, b], [c, d]] = W.map((u, i) =>
    W.map((v, j) => (i === j ? 1 : 0) + variances.reduce((sum, l, k) => sum + l * u[k] * v[k], 0) / noise ** 2),
  );
  return 0.5 * Math.log(a * d - b * c);
}

/**
 * Maximises I(x; z) = h(z) − h(z|x) over W by the gradient of h(z), for h(z|x) is constant: an energy of z learns by MVL what z does now, and W climbs along
 * the mean of ⟨∂z/∂W, ∇E⟩. Both in one compiled step.
 *
 * @returns W before and after
 */
export async function infoMax(
  channel: Channel,
  { steps = 1500, batch = 512, seed = 1 } = {},
): Promise<{ first: number[][]; last: number[][] }> {
  const { variances, outputs, power, noise } = channel;
  const energyNetwork = mlpEnergy({ manifold: euclidean(outputs), hidden: [48, 48], seed });
  const energy = (z: Tensor2D) => tf.sum(tf.mul(energyNetwork.apply(z) as Tensor2D, z), 1) as Tensor1D;
  const { gaussian: normal } = randomStream(seed, 0);
  const free = tf.variable(tf.tensor2d(Array.from({ length: outputs }, () => variances.map(normal))));
  const weights = () => tf.mul(Math.sqrt(power), tf.div(free, tf.norm(free))) as Tensor2D;
  const loss = mvlLd({ epsilon: 1e-3, noise: 'rademacher' });
  const optimizer = tf.train.adam(RATE);
  const step = await compile(
    (x: Tensor2D, n: Tensor2D, signs: Tensor2D) =>
      optimizer.minimize(() => {
        const scaled = tf.mul(x, tf.sqrt(tf.tensor1d([...variances])));
        const z = tf.add(tf.matMul(scaled, weights(), false, true), tf.mul(noise, n)) as Tensor2D;
        return tf.sub(loss(energy, detach(z), signs), entropySurrogate(energy, z)) as Scalar;
      }, true) as Scalar,
    { ort, optimizer, sessionOptions: { intraOpNumThreads: 1 } },
  );
  const first = tf.tidy(() => weights().arraySync());
  for (let k = 0; k < steps; k++) {
    setRate(optimizer, RATE * Math.cos((Math.PI / 2) * (k / steps)) ** 2);
    const stream = randomStream(seed, 1, k);
    const inputs = [
      drawNoise(gaussian(), [batch, variances.length], stream) as Tensor2D,
      drawNoise(gaussian(), [batch, outputs], stream) as Tensor2D,
      drawNoise({ ...gaussian(), distribution: 'rademacher' }, [batch, outputs], stream) as Tensor2D,
    ] as const;
    const cost = await step(...inputs);
    tf.dispose([...inputs, cost]);
  }
  await step.sync();
  await step.dispose();
  return { first, last: tf.tidy(() => weights().arraySync()) };
}

const RATE = 0.01;
