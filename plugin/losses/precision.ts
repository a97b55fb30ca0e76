import * as tf from '@tensorflow/tfjs';

/**
 * Measured round-off of E(x⁻) − E(x) for |E| ~ 1, before the division by ε, and the ε to use by default: large enough for the round-off,
 * small enough for the bias, which is O(ε).
 */
const precisions = {
  32: { roundOff: 3.7e-7, epsilon: 1e-3 },
  16: { roundOff: 1.1e-3, epsilon: 3e-2 },
} as const;

/** With its control variate, one sample of the loss has a standard deviation of about √2|H| for an energy of curvature H: of order 1. */
const MONTE_CARLO = 1;

const active = () => tf.backend().floatPrecision();

/** ε of a loss that names none, for the backend in use. */
export const defaultEpsilon = (): number => precisions[active()].epsilon;

/** @throws RangeError where ε is not positive; Error where the round-off of the backend in use, divided by ε, exceeds the Monte-Carlo error */
export function checkEpsilon(epsilon: number, loss: string): void {
  const bits = active();
  const error = precisions[bits].roundOff / epsilon;
  if (error <= MONTE_CARLO) return;
  throw new Error(
    `${loss}: epsilon = ${epsilon} is too small for the float${bits} backend "${tf.getBackend()}": round-off adds about ${error.toPrecision(2)} to each ` +
      `sample of the loss, more than the Monte-Carlo deviation of about ${MONTE_CARLO}. Use epsilon ≥ ${precisions[bits].epsilon}, or a float32 backend.`,
  );
}
