import type { MixtureParameters } from './kernelMixture.ts';
import type { Sites } from './sites.ts';

type Rows = readonly ArrayLike<number>[];

/** exp below this adds nothing to a sum that holds a background. */
const LOWEST = -40;

/**
 * log of the density exp(−E)/Z of a kernel mixture at noise level σ, in nats, in double precision. Z has a closed form: ∫ exp(−|x − y|²/2v) over S² is
 * 2πv(1 − e^(−2/v)).
 */
export function logDensityOf(
  { points, crowding }: Sites,
  { shares, widths, exponent, logMasses }: MixtureParameters,
  sigma: number,
): (x: Rows) => Float64Array {
  const n = points.length;
  const [px, py, pz] = [0, 1, 2].map((k) => Float64Array.from(points, (point) => point[k]));
  const variances = widths.map((width) => Float64Array.from(crowding, (c) => (width * Math.exp(-exponent * c)) ** 2 + sigma ** 2));
  const masses = variances.map((of, s) => of.map((_, i) => (shares[s] / n) * Math.exp(logMasses?.[s][i] ?? 0)));
  const background = shares[widths.length];
  let z = background;
  for (const [s, of] of variances.entries()) for (let i = 0; i < n; i++) z += masses[s][i] * -Math.expm1(-2 / of[i]);
  const rates = variances.map((of) => of.map((v) => -0.5 / v));
  const heights = variances.map((of, s) => of.map((v, i) => masses[s][i] / (2 * Math.PI * v)));
  return (x) =>
    Float64Array.from(x, (point) => {
      let sum = background / (4 * Math.PI);
      for (let i = 0; i < n; i++) {
        const [dx, dy, dz] = [point[0] - px[i], point[1] - py[i], point[2] - pz[i]];
        const square = dx * dx + dy * dy + dz * dz;
        for (let s = 0; s < rates.length; s++) {
          const power = rates[s][i] * square;
          if (power > LOWEST) sum += heights[s][i] * Math.exp(power);
        }
      }
      return Math.log(sum / z);
    });
}
