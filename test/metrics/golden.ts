import { readFileSync } from 'node:fs';

interface KernelCase {
  readonly n: number;
  readonly points: number[][];
  readonly queries: number[][];
  /** By κ. */
  readonly logDensity: Record<string, number[]>;
  /** Of greatest leave-one-out likelihood, and that likelihood's negative mean. */
  readonly kappa: number;
  readonly crossValidation: number;
}

/** What scipy says; see test/golden/metrics.py. */
export const golden = JSON.parse(readFileSync(new URL('../golden/metrics.json', import.meta.url), 'utf8')) as {
  /** Nodes and weights by n. */
  readonly legendre: Record<string, [number[], number[]]>;
  /** n, κ, log normaliser. */
  readonly normalisers: [number, number, number][];
  readonly kernels: KernelCase[];
  readonly divergence: { readonly logPartition: number; readonly value: number };
};
