import { simpson } from './quadrature.ts';

/** Density of the polar angle of a von Mises–Fisher law on S^n, unnormalised. */
const polar = (n: number, kappa: number) => (angle: number) => Math.exp(kappa * (Math.cos(angle) - 1)) * Math.sin(angle) ** (n - 1);

/** Mean resultant length A(κ) = E⟨μ, x⟩ on S^n, by quadrature. */
export function meanResultant(n: number, kappa: number): number {
  const density = polar(n, kappa);
  return simpson((a) => Math.cos(a) * density(a), 0, Math.PI) / simpson(density, 0, Math.PI);
}

/**
 * Points that represent vMF(e_m, κ) on S^n with equal weights: the polar angle by its quantiles, the direction by turns along the other axes and
 * their opposites.
 */
export function vonMisesFisherPoints(n: number, kappa: number, count: number): number[][] {
  const density = polar(n, kappa);
  const grid = 200_000;
  const h = Math.PI / grid;
  const total = simpson(density, 0, Math.PI, grid);
  const angles: number[] = [];
  let mass = 0;
  for (let i = 0; i < grid && angles.length < count; i++) {
    const step = (density((i + 0.5) * h) * h) / total;
    while (angles.length < count && mass + step >= (angles.length + 0.5) / count) {
      angles.push((i + ((angles.length + 0.5) / count - mass) / step) * h);
    }
    mass += step;
  }
  return angles.map((angle, k) => {
    const point = new Array<number>(n + 1).fill(0);
    point[k % n] = (Math.floor(k / n) % 2 === 0 ? 1 : -1) * Math.sin(angle);
    point[n] = Math.cos(angle);
    return point;
  });
}
