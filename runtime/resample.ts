/**
 * Systematic resampling: n indices, i with probability proportional to exp(−energyᵢ), each as often as its share says to within one.
 * Kitagawa 1996.
 *
 * @param u uniform on [0, 1)
 */
export function resample(energies: ArrayLike<number>, n: number, u: number): Int32Array {
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < energies.length; i++) lowest = Math.min(lowest, energies[i]);
  const weight = (i: number) => Math.exp(lowest - energies[i]);
  let total = 0;
  for (let i = 0; i < energies.length; i++) total += weight(i);
  const chosen = new Int32Array(n);
  let [i, below] = [0, weight(0)];
  for (let k = 0; k < n; k++) {
    while (below <= ((k + u) / n) * total && i < energies.length - 1) below += weight(++i);
    chosen[k] = i;
  }
  return chosen;
}
