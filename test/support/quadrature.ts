/** Equal-weight nodes: plain means over them are exact expectations up to the degree stated, so closed forms are met without Monte-Carlo error. */

/** Standard normal in one dimension, exact to degree 5: Gauss–Hermite's ±√3 (weight 1/6) and 0 (weight 2/3), with the weights as repeats. */
export const normalNodes = [-Math.sqrt(3), 0, 0, 0, 0, Math.sqrt(3)];

/** N(0, I) in m dimensions, exact to degree 3: ±√m along each axis. */
export const axisNodes = (m: number): number[][] =>
  [1, -1].flatMap((sign) => Array.from({ length: m }, (_, i) => Array.from({ length: m }, (_, k) => (k === i ? sign * Math.sqrt(m) : 0))));

/** All sign vectors of length d: the whole Rademacher distribution. */
export const signVectors = (d: number): number[][] =>
  Array.from({ length: 2 ** d }, (_, bits) => Array.from({ length: d }, (_, i) => ((bits >> i) & 1 ? 1 : -1)));

/** Every row of a beside every row of b. */
export function pairs<A, B>(a: readonly A[], b: readonly B[]): { first: A[]; second: B[] } {
  return { first: a.flatMap((row) => b.map(() => row)), second: a.flatMap(() => [...b]) };
}

/** ∫ f over [a, b] by Simpson's rule. */
export function simpson(f: (t: number) => number, a: number, b: number, intervals = 20_000): number {
  const h = (b - a) / intervals;
  let sum = f(a) + f(b);
  for (let i = 1; i < intervals; i++) sum += (i % 2 === 1 ? 4 : 2) * f(a + i * h);
  return (sum * h) / 3;
}
