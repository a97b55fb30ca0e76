/** Central differences in double precision, of plain functions of numbers. */

const moved = (x: readonly number[], i: number, h: number) => x.map((v, k) => (k === i ? v + h : v));

/** ∂f/∂xᵢ, off by h² f‴/6: 1e-9 for the functions here. */
export const partials = (f: (x: number[]) => number, x: readonly number[], h = 3e-5): number[] =>
  x.map((_, i) => (f(moved(x, i, h)) - f(moved(x, i, -h))) / (2 * h));

/** ∂fₐ/∂xᵢ, rows a. */
export function jacobian(f: (x: number[]) => number[], x: readonly number[], h = 3e-5): number[][] {
  const columns = x.map((_, i) => {
    const [ahead, behind] = [f(moved(x, i, h)), f(moved(x, i, -h))];
    return ahead.map((v, a) => (v - behind[a]) / (2 * h));
  });
  return columns[0].map((_, a) => columns.map((column) => column[a]));
}

/** ∂²f/∂xᵢ∂xⱼ, off by h² f⁗/12 + 1e-16/h²: 1e-7 for the functions here. */
export function hessian(f: (x: number[]) => number, x: readonly number[], h = 1e-4): number[][] {
  const at = (i: number, a: number, j: number, b: number) => f(moved(moved(x, i, a * h), j, b * h));
  return x.map((_, i) => x.map((_, j) => (at(i, 1, j, 1) - at(i, 1, j, -1) - at(i, -1, j, 1) + at(i, -1, j, -1)) / (4 * h * h)));
}
