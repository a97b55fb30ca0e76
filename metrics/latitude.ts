import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { detach } from '../plugin/losses/detach.ts';
import type { Manifold } from '../plugin/manifolds/manifold.ts';
import { dot } from '../plugin/manifolds/rows.ts';
import { sphere } from '../plugin/manifolds/sphere.ts';
import { gaussLegendre } from './gaussLegendre.ts';

/** Nodes of an integral over the angle: for densities that are analytic there, rounding is all that is left. */
const NODES = 48;
/** Half the width of the interval that has the mass, in standard deviations of the angle. */
const REACH = 8;
/** Steps of the first guess of a quantile. */
const STEPS = 64;
/** Newton steps after it, each squaring an error of at first a few hundredths of a deviation. */
const NEWTON = 3;

/** The law of the angle θ between a von Mises–Fisher point on S^n and its mean direction, density ∝ sin^(n−1)θ e^(κ cos θ), for a κ in each row `[batch, 1]`. */
export interface Latitude {
  /** θ as a function of uniform numbers `[batch, 1]` and of κ, by the inverse of the distribution function: its gradient in κ is the law's own. */
  quantile(uniform: Tensor2D): Tensor2D;
  /** KL to the uniform law on the sphere in nats, `[batch]`: κ E cos θ − log of the mean of e^(κ cos θ) under it. */
  kl(): Tensor1D;
}

/** Points at an angle `[batch, 1]` from directions μ of a sphere, to the side where ambient noise points: any side, for normal noise. */
export function atAngle(sphere: Manifold, mu: Tensor2D, theta: Tensor2D, noise: Tensor2D): Tensor2D {
  const across = sphere.tangent(mu, noise);
  const unit: Tensor2D = tf.div(across, tf.sqrt(tf.add(dot(across, across), 1e-20)));
  return tf.add(tf.mul(tf.cos(theta), mu), tf.mul(tf.sin(theta), unit));
}

/** cos θ − 1, without the cancellation at small angles. */
const cosineLessOne = (theta: Tensor2D): Tensor2D => tf.mul(-2, tf.square(tf.sin(tf.mul(0.5, theta))));

/** log sin^ν θ e^(κ(cos θ − 1)). */
const logWeight = (theta: Tensor2D, kappa: Tensor2D, nu: number): Tensor2D => {
  const pull: Tensor2D = tf.mul(kappa, cosineLessOne(theta));
  return nu === 0 ? pull : tf.add(pull, tf.mul(nu, tf.log(tf.maximum(tf.sin(theta), 1e-30))));
};

/** The mode of θ and its standard deviation there, by the curvature ν/sin²θ + κ cos θ. */
function modeOf(kappa: Tensor2D, nu: number): { mode: Tensor2D; deviation: Tensor2D } {
  // tan²: cos θ* = 2κ/(√(ν² + 4κ²) + ν), so sin²θ* = ν cos θ*/κ = 2ν/(√(ν² + 4κ²) + ν).
  const root: Tensor2D = tf.add(tf.sqrt(tf.add(nu ** 2, tf.mul(4, tf.square(kappa)))), nu);
  const cosine: Tensor2D = tf.div(tf.mul(2, kappa), root);
  const sineSquare: Tensor2D = tf.div(2 * nu, root);
  const curvature: Tensor2D = nu === 0 ? kappa : tf.add(tf.div(nu, sineSquare), tf.mul(kappa, cosine));
  return {
    mode: tf.atan2(tf.sqrt(sineSquare), cosine) as Tensor2D,
    deviation: tf.minimum(Math.PI, tf.rsqrt(curvature)),
  };
}

/**
 * Densities of κ = 0.001 to 10,000 on spheres of any dimension; no Bessel functions, whose ratios over- and underflow (Davidson et al. 2018), and no rejection,
 * whose pathwise gradients are biased without a correction.
 *
 * @param n dimension of the sphere
 */
export function latitude(n: number, kappa: Tensor2D): Latitude {
  const nu = n - 1;
  const fixed = detach(kappa);
  const { mode, deviation } = modeOf(fixed, nu);
  const from: Tensor2D = tf.maximum(0, tf.sub(mode, tf.mul(REACH, deviation)));
  const to: Tensor2D = tf.minimum(Math.PI, tf.add(mode, tf.mul(REACH, deviation)));
  const peak = logWeight(mode, fixed, nu);
  const rule = gaussLegendre(NODES);
  const [nodes, weights] = [tf.tensor2d([...rule.nodes], [1, NODES]), tf.tensor2d([...rule.weights], [1, NODES])];
  /** e^(log weight − peak). */
  const weight = (theta: Tensor2D): Tensor2D => tf.exp(tf.sub(logWeight(theta, kappa, nu), peak) as Tensor2D);
  /** Its integral from `from` on, times any function of θ. */
  const integral = (end: Tensor2D, of: (theta: Tensor2D) => Tensor2D | number = () => 1): Tensor2D => {
    const half: Tensor2D = tf.mul(0.5, tf.sub(end, from));
    const theta: Tensor2D = tf.add(from, tf.mul(half, tf.add(nodes, 1)));
    return tf.mul(half, tf.sum(tf.mul(tf.mul(weights, weight(theta)), of(theta)), 1, true));
  };
  const total = integral(to);

  /** Quantiles of the law made constant on equal steps: close enough for Newton. */
  const guess = (uniform: Tensor2D): Tensor2D => {
    const step: Tensor2D = tf.div(tf.sub(to, from), STEPS);
    const middles = tf.tensor2d(
      Array.from({ length: STEPS }, (_, i) => i + 0.5),
      [1, STEPS],
    );
    const masses = weight(tf.add(from, tf.mul(step, middles)));
    const shares: Tensor2D = tf.div(masses, tf.sum(masses, 1, true));
    const before: Tensor2D = tf.cumsum(shares, 1, true);
    // How much of each step lies below the quantile.
    const filled = tf.clipByValue(tf.div(tf.sub(uniform, before), tf.maximum(shares, 1e-12)), 0, 1);
    return tf.add(from, tf.mul(step, tf.sum(filled, 1, true)));
  };

  return {
    quantile: (uniform) => {
      let theta = detach(guess(uniform));
      for (let k = 1; k <= NEWTON; k++) {
        // The last step is not held fixed: its gradient in κ is −(∂F/∂κ)/(∂F/∂θ), that of the implicit function (Figurnov et al. 2018).
        const error = tf.sub(tf.div(integral(theta), total), uniform);
        const slope = detach(tf.div(tf.maximum(weight(theta), 1e-12), total) as Tensor2D);
        // A step of Newton that would leave the interval in the tails stops within it.
        const moved: Tensor2D = tf.sub(theta, tf.clipByValue(tf.div(error, slope), -Math.PI / 8, Math.PI / 8));
        theta = k < NEWTON ? detach(tf.minimum(to, tf.maximum(from, moved)) as Tensor2D) : moved;
      }
      return theta;
    },
    kl: () => {
      const uniformShare = (sphere(n).logVolume as number) - (n === 1 ? Math.LN2 : (sphere(n - 1).logVolume as number));
      const pull = tf.div(
        integral(to, (theta): Tensor2D => tf.mul(kappa, cosineLessOne(theta))),
        total,
      );
      const logIntegral = tf.add(tf.log(total), peak);
      return tf.squeeze(tf.add(tf.sub(pull, logIntegral), uniformShare), [1]) as Tensor1D;
    },
  };
}
