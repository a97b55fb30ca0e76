import type { Manifold } from '../plugin/manifolds/manifold.ts';
import { vonMisesFisherNormaliser } from './vonMisesFisher.ts';

export type Rows = readonly ArrayLike<number>[];

/** A manifold whose points are one or more unit vectors beside each other, with the kernel exp(−κ|x − y|²/2). */
export interface KernelSpace {
  readonly logVolume: number;
  /** log ∫ exp(−κ|x − y|²/2) dvol(x). */
  logNormaliser(kappa: number): number;
  /**
   * Rows in double precision, their vectors of length 1.
   *
   * @throws Error for a row that is not a point
   */
  checked(points: Rows, where: string): Float64Array[];
}

/**
 * Spheres, whose kernel is von Mises–Fisher, and tori: there |x − y|² = Σ 2(1 − cos Δₐ), and the kernel is a product of von Mises kernels, one for each
 * angle.
 *
 * @throws Error for other manifolds
 */
export function kernelSpace({ name, ambientDim, dim, logVolume }: Manifold): KernelSpace {
  if (!/^(sphere|torus):/.test(name) || ambientDim === null || dim === null || logVolume === null)
    throw new Error(`kernelDensity: there are kernels for spheres and tori, not for ${name}.`);
  const columns = ambientDim;
  const [block, factors] = name.startsWith('torus:') ? [2, dim] : [columns, 1];
  const expected = block === columns ? `a unit vector of ${columns} columns` : `${columns} columns, in pairs of norm 1`;
  return {
    logVolume,
    logNormaliser: (kappa) => factors * vonMisesFisherNormaliser(block - 1, kappa),
    checked: (points, where) =>
      points.map((row, i) => {
        const point = Float64Array.from(row);
        const norms = Array.from({ length: row.length / block }, (_, b) => Math.hypot(...point.subarray(b * block, (b + 1) * block)));
        // Rows that were float32 are off by 1e-7.
        if (row.length === columns && norms.every((norm) => Math.abs(norm - 1) < 1e-4))
          return point.map((value, k) => value / norms[Math.floor(k / block)]);
        const norm = row.length === columns ? norms.join(',') : Math.hypot(...point);
        throw new Error(`${where}: row ${i} is (${Array.from(row).slice(0, 6).join(', ')}), of norm ${norm}; expected ${expected}.`);
      }),
  };
}
