/** Stein kernels and interacting particles in double precision, by naive loops over pairs: what the tensor code is compared with. */

export interface PlainKernel {
  k(x: readonly number[], y: readonly number[]): number;
  /** ∇_y k(x, y) */
  gradient(x: readonly number[], y: readonly number[]): number[];
  /** tr ∇ₓ∇_y k(x, y) */
  trace(x: readonly number[], y: readonly number[]): number;
}

export interface PlainEnergy {
  value(x: readonly number[]): number;
  gradient(x: readonly number[]): number[];
}

export const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, v, i) => sum + v * b[i], 0);
export const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
export const covariance = (a: readonly number[], b: readonly number[]): number => mean(a.map((v, i) => (v - mean(a)) * (b[i] - mean(b))));
const square = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, v, i) => sum + (v - y[i]) ** 2, 0);

export const plainRbf = (h: number): PlainKernel => {
  const k = (x: readonly number[], y: readonly number[]) => Math.exp(-square(x, y) / (2 * h * h));
  return {
    k,
    gradient: (x, y) => x.map((v, i) => (k(x, y) * (v - y[i])) / h ** 2),
    trace: (x, y) => k(x, y) * (x.length / h ** 2 - square(x, y) / h ** 4),
  };
};

/** (1 + r²/h²)^e */
export const plainImq = (h: number, e = -0.5): PlainKernel => {
  const base = (x: readonly number[], y: readonly number[]) => 1 + square(x, y) / h ** 2;
  return {
    k: (x, y) => base(x, y) ** e,
    gradient: (x, y) => x.map((v, i) => ((-2 * e * (v - y[i])) / h ** 2) * base(x, y) ** (e - 1)),
    trace: (x, y) =>
      ((-2 * e * x.length) / h ** 2) * base(x, y) ** (e - 1) - ((4 * e * (e - 1) * square(x, y)) / h ** 4) * base(x, y) ** (e - 2),
  };
};

/** φ(xᵢ) = mean_j[−k(xᵢ, xⱼ) ∇U(xⱼ) + ∇_y k(xᵢ, xⱼ)], where ∇U is `scale` times the energy's gradient. */
export const velocity = (kernel: PlainKernel, energy: PlainEnergy, x: readonly number[][], scale = 1): number[][] =>
  x.map((a) => a.map((_, i) => mean(x.map((b) => kernel.gradient(a, b)[i] - kernel.k(a, b) * scale * energy.gradient(b)[i]))));

/** KSD² = mean over pairs of k sᵢ·sⱼ + sᵢ·∇_y k + sⱼ·∇ₓk + tr ∇ₓ∇_y k with s = −∇E, and the mean of its last term. */
export function steinDiscrepancy(kernel: PlainKernel, energy: PlainEnergy, x: readonly number[][]): { square: number; trace: number } {
  const scores = x.map((a) => energy.gradient(a).map((g) => -g));
  let [sum, trace] = [0, 0];
  for (const [i, a] of x.entries())
    for (const [j, b] of x.entries()) {
      // k is symmetric: ∇ₓk(a, b) = ∇_y k(b, a).
      const cross = dot(scores[i], kernel.gradient(a, b)) + dot(scores[j], kernel.gradient(b, a));
      sum += kernel.k(a, b) * dot(scores[i], scores[j]) + cross + kernel.trace(a, b);
      trace += kernel.trace(a, b);
    }
  return { square: sum / x.length ** 2, trace: trace / x.length ** 2 };
}

/** log mean_j exp(−|xᵢ − xⱼ|²/2h²) */
export const logDensities = (x: readonly number[][], h: number): number[] =>
  x.map((a) => Math.log(mean(x.map((b) => plainRbf(h).k(a, b)))));
