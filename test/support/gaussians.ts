/** Gaussian laws in double precision. */

/** The lower triangular L with L Lᵀ = C. */
export function cholesky(C: readonly (readonly number[])[]): number[][] {
  const L = C.map((row) => row.map(() => 0));
  for (const [i, row] of C.entries())
    for (let j = 0; j <= i; j++) {
      const rest = row[j] - L[i].slice(0, j).reduce((sum, v, k) => sum + v * L[j][k], 0);
      L[i][j] = i === j ? Math.sqrt(rest) : rest / L[j][j];
    }
  return L;
}

export const logDeterminant = (C: readonly (readonly number[])[]): number =>
  2 * cholesky(C).reduce((sum, row, i) => sum + Math.log(row[i]), 0);

/** log N(x; 0, C), in nats. */
export function logNormal(x: readonly number[], C: readonly (readonly number[])[]): number {
  const L = cholesky(C);
  const whitened: number[] = [];
  for (const [i, v] of x.entries()) whitened.push((v - whitened.reduce((sum, w, k) => sum + w * L[i][k], 0)) / L[i][i]);
  const square = whitened.reduce((sum, w) => sum + w * w, 0);
  return -0.5 * (square + x.length * Math.log(2 * Math.PI)) - logDeterminant(C) / 2;
}
