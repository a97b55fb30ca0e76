import type { Manifold } from '../plugin/manifolds/manifold.ts';
import { vonMisesFisherNormaliser } from './vonMisesFisher.ts';

export type Rows = readonly ArrayLike<number>[];

/** A manifold whose points are one or more unit vectors beside each other, with the kernel exp(−κ|x − y|²/2). */
export interface KernelSpace {
  /** Numbers in a row. */
  readonly columns: number;
  readonly logVolume: number;
  /** log ∫ exp(−κ|x − y|²/2) dvol(x). */
  logNormaliser(kappa: number): number;
  /**
   * Rows one after the other, their vectors of length 1 in double precision.
   *
   * @throws for a row that is not a point
   */
  flatten(points: Rows, where: string): Float64Array;
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
    columns,
    logVolume,
    logNormaliser: (kappa) => factors * vonMisesFisherNormaliser(block - 1, kappa),
    flatten: (points, where) => {
      const flat = new Float64Array(points.length * columns);
      for (const [i, row] of points.entries()) {
        const norms = Array.from({ length: row.length / block }, (_, b) =>
          Math.hypot(...Array.from(row).slice(b * block, (b + 1) * block)),
        );
        // Rows that were float32 are off by 1e-7.
        if (row.length !== columns || !norms.every((norm) => Math.abs(norm - 1) < 1e-4)) {
          const given = `(${Array.from(row).slice(0, 6).join(', ')}), of norm ${norms.length === factors ? norms : Math.hypot(...Array.from(row))}`;
          throw new Error(`${where}: row ${i} is ${given}; expected ${expected}.`);
        }
        for (let k = 0; k < columns; k++) flat[i * columns + k] = row[k] / norms[Math.floor(k / block)];
      }
      return flat;
    },
  };
}
