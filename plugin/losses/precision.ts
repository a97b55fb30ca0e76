import * as tf from '@tensorflow/tfjs';

/**
 * Measured round-off of E(x⁻) − E(x) for |E| ~ 1, before the division by ε, and the ε to use by default: large enough for the round-off,
 * small enough for the bias, which is O(ε).
 */
const precisions = {
  32: { roundOff: 3.7e-7, epsilon: 1e-3 },
  16: { roundOff: 1.1e-3, epsilon: 3e-2 },
} as const;

/**
 * With its control variate, one sample of the loss has a standard deviation of about √2|H| for an energy of curvature H: of order 1 for data of unit
 * scale, and of order 1/s² for data of scale s.
 */
const monteCarlo = (scale: number): number => 1 / scale ** 2;

const active = () => tf.backend().floatPrecision();

const short = (value: number): string => String(Number(value.toPrecision(2)));

/** ε of a loss that names none, for the backend in use and data of scale s. ε is a squared length, so that it goes with s². */
export const defaultEpsilon = (scale = 1): number => precisions[active()].epsilon * scale ** 2;

/**
 * @param scale typical length in the data
 * @throws Error where the round-off of the backend in use, divided by ε, exceeds the Monte-Carlo error
 */
export function checkEpsilon(epsilon: number, loss: string, scale = 1): void {
  const bits = active();
  const error = precisions[bits].roundOff / epsilon;
  const deviation = monteCarlo(scale);
  if (error <= deviation) return;
  throw new Error(
    `${loss}: epsilon = ${epsilon} is too small for the float${bits} backend "${tf.getBackend()}": round-off adds about ${error.toPrecision(2)} to each ` +
      `sample of the loss, more than the Monte-Carlo deviation of about ${short(deviation)}${scale === 1 ? '' : ` at the scale ${short(scale)}`}. ` +
      `Use epsilon ≥ ${short(defaultEpsilon(scale))}, the limit epsilon: 0, or a float32 backend.`,
  );
}
