import type { Scalar, Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { EXPONENT, WIDTHS } from './settings.ts';
import type { Sites } from './sites.ts';

export interface MixtureOptions {
  /** Widths at first, in radians. */
  readonly widths?: readonly number[];
  /** The exponent α at first. */
  readonly exponent?: number;
  /** Whether α is trained. */
  readonly trainExponent?: boolean;
  /** Each kernel has masses of its own, beside those that all share. */
  readonly ownMasses?: boolean;
}

export interface MixtureParameters {
  /** Share of each width, and of the background at the end. */
  readonly shares: readonly number[];
  readonly widths: readonly number[];
  readonly exponent: number;
  /** log of what multiplies the mass of each kernel, by width; absent where all kernels have the same. */
  readonly logMasses?: readonly Float32Array[];
}

/** Energies of events that were moved about by noise. */
export interface KernelMixture {
  /**
   * Energy at x `[batch, m]` of the density smoothed by noise of variance σ² `[batch, 1]` or a number.
   *
   * @param origin points `[batch, m]`; a kernel that stands at the very point of a row is left out of that row
   */
  energy(x: Tensor2D, variance: Tensor2D | number, origin?: Tensor2D): Tensor1D;
  parameters(): MixtureParameters;
  dispose(): void;
}

/** Pace of a kernel's own masses beside that of the shared parameters. */
const OWN_PACE = 0.2;

/** |x − y|² `[batch, n]` of points `[batch, m]` and sites `[m, n]`, from differences: 2 − 2⟨x, y⟩ is off by 10⁻⁷. */
const squares = (x: Tensor2D, sites: Tensor2D): Tensor2D =>
  tf.addN(
    Array.from({ length: sites.shape[0] }, (_, k) => tf.square(tf.sub(tf.slice(x, [0, k], [-1, 1]), tf.slice(sites, [k, 0], [1, -1])))),
  ) as Tensor2D;

const variable = (initial: () => Tensor, trainable = true): Variable => tf.tidy(() => tf.variable(initial(), trainable));

/**
 * E(x, σ²) = −log(w₀/4π + Σₛ wₛ Σᵢ exp(−|x − xᵢ|²/2vᵢₛ) / (2π vᵢₛ n)) with vᵢₛ = (sₛ / cᵢ^α)² + σ²: at each of n events kernels of several widths,
 * narrower where events are crowded, over a background. Shares w, widths s and the exponent α are trained, a dozen numbers in all. Noise of width σ
 * turns a kernel of width s into one of √(s² + σ²), so that one set of parameters gives the energies at all noise levels.
 *
 * 2πv is the integral of a kernel up to a factor 1 − e^(−2/v), which is nearly 1; `logDensityOf` has it. On the circle it is √(2πv), nearly.
 */
export function kernelMixture(
  { points, crowding }: Sites,
  { widths = WIDTHS, exponent = EXPONENT, trainExponent = true, ownMasses = false }: MixtureOptions = {},
): KernelMixture {
  const [n, onGlobe] = [points.length, points[0].length === 3];
  const [scale, volume] = onGlobe ? [2 * Math.PI, 4 * Math.PI] : [Math.sqrt(2 * Math.PI), 2 * Math.PI];
  const sites: Tensor2D = tf.tidy(() => tf.transpose(tf.tensor2d(points as number[][])));
  const logCrowding = tf.tensor2d(Float32Array.from(crowding), [1, n]);
  const logits: Variable = variable(() => tf.zeros([widths.length + 1]));
  const logWidths: Variable = variable(() => tf.tensor1d(widths.map(Math.log)));
  const alpha: Variable = variable(() => tf.scalar(exponent), trainExponent);
  const own: Variable | null = ownMasses ? variable(() => tf.zeros([widths.length, n])) : null;

  const energy = (x: Tensor2D, variance: Tensor2D | number, origin?: Tensor2D): Tensor1D =>
    tf.tidy(() => {
      const square = squares(x, sites);
      const others = origin && tf.cast(tf.greater(squares(origin, sites), 0), 'float32');
      const shares = tf.softmax(logits as unknown as Tensor1D);
      const narrowing = tf.exp(tf.mul(tf.mul(-2, alpha as unknown as Scalar), logCrowding));
      const ofWidth = (s: number): Tensor1D => {
        const v = tf.add(tf.mul(tf.exp(tf.mul(2, tf.slice(logWidths, [s], [1]))), narrowing), variance);
        const kernels = tf.div(tf.exp(tf.div(tf.mul(-0.5, square), v)), onGlobe ? v : tf.sqrt(v));
        const weighed = own === null ? kernels : tf.mul(kernels, tf.exp(tf.mul(OWN_PACE, tf.slice(own, [s, 0], [1, -1]))));
        const counted = others === undefined ? weighed : tf.mul(weighed, others);
        return tf.mul(tf.sum(counted, 1), tf.div(tf.slice(shares, [s], [1]), scale * (others ? n - 1 : n)));
      };
      const background = tf.div(tf.slice(shares, [widths.length], [1]), volume);
      return tf.neg(tf.log(tf.add(tf.addN(widths.map((_, s) => ofWidth(s))), background))) as Tensor1D;
    });

  return {
    energy,
    parameters: () => ({
      shares: Array.from(tf.tidy(() => tf.softmax(logits as unknown as Tensor1D).dataSync())),
      widths: Array.from(logWidths.dataSync(), Math.exp),
      exponent: alpha.dataSync()[0],
      ...(own && {
        logMasses: widths.map((_, s) => (own.dataSync() as Float32Array).slice(s * n, (s + 1) * n).map((value) => OWN_PACE * value)),
      }),
    }),
    dispose: () => tf.dispose([sites, logCrowding, logits, logWidths, alpha, ...(own ? [own] : [])]),
  };
}
