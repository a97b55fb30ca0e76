import { randomStream } from '../../random/stream.ts';

/** Uniform directions in R^m times ω, for each ω `count` of them: `[m, frequencies × count]`, by columns. */
export function projections(m: number, frequencies: readonly number[], count: number, seed: number): Float32Array {
  const stream = randomStream(seed, m);
  const columns = frequencies.length * count;
  const matrix = new Float32Array(m * columns);
  for (let c = 0; c < columns; c++) {
    const direction = Array.from({ length: m }, stream.gaussian);
    const scale = frequencies[Math.floor(c / count)] / Math.hypot(...direction);
    for (let i = 0; i < m; i++) matrix[i * columns + c] = direction[i] * scale;
  }
  return matrix;
}

/** @throws Error for frequencies that are not positive, or a count that is no positive integer */
export function checkFrequencies(layer: string, frequencies: readonly number[], count: number): void {
  if (frequencies.length > 0 && frequencies.every((omega) => omega > 0) && Number.isInteger(count) && count >= 1) return;
  throw new Error(
    `${layer}: expected positive frequencies and a positive integer count, got [${frequencies}] and ${count}. Give for example { frequencies: [1, 2, 4], count: 16 }.`,
  );
}
