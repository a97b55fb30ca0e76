/** How often each of n points comes in n draws with replacement, `[n]`. */
export function resampledCounts(n: number, uniform: () => number): Uint32Array {
  const counts = new Uint32Array(n);
  for (let draw = 0; draw < n; draw++) counts[Math.floor(n * uniform())]++;
  return counts;
}
