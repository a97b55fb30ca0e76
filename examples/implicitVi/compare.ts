import * as tf from '@tensorflow/tfjs';
import type { NormalTarget, PlaneTarget } from './targets.ts';

/** Largest error of a mean, in deviations, and of a covariance, in products of two deviations. */
export function momentErrors(
  points: Float32Array,
  { dimensions: d, mean, covariance }: NormalTarget,
): { mean: number; covariance: number } {
  const n = points.length / d;
  const ids = Array.from({ length: d }, (_, i) => i);
  const deviation = ids.map((i) => Math.sqrt(covariance[i][i]));
  const off = (row: number, i: number) => (points[row * d + i] - mean[i]) / deviation[i];
  const average = (of: (row: number) => number) => Array.from({ length: n }, (_, row) => of(row)).reduce((sum, v) => sum + v, 0) / n;
  const means = ids.map((i) => average((row) => off(row, i)));
  const errors = ids.flatMap((i) =>
    ids.map((j) => average((row) => off(row, i) * off(row, j)) - means[i] * means[j] - covariance[i][j] / (deviation[i] * deviation[j])),
  );
  return { mean: Math.max(...means.map(Math.abs)), covariance: Math.max(...errors.map(Math.abs)) };
}

/**
 * KL(q‖p) in nats between a histogram of points of q and a density p on the plane whose Z is 1: its bias of (cells hit − 1)/(2n), by which counts of few
 * points look less even than q, is taken off (Miller 1955).
 */
export function divergenceOf(points: Float32Array, target: PlaneTarget, cells = 120): number {
  const n = points.length / 2;
  const axes = [0, 1].map((k) => {
    const values = points.filter((_, i) => i % 2 === k);
    const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    return { low, width: ((high - low) / cells) * (1 + 1e-6) };
  });
  const cellOf = (row: number, k: number) => Math.floor((points[2 * row + k] - axes[k].low) / axes[k].width);
  const counts = new Map<number, number>();
  for (let row = 0; row < n; row++) {
    const cell = cellOf(row, 0) * cells + cellOf(row, 1);
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  const hit = [...counts.keys()];
  const centers = hit.map((cell) => [Math.floor(cell / cells), cell % cells].map((at, k) => axes[k].low + (at + 0.5) * axes[k].width));
  const energies = tf.tidy(() => target.energy(tf.tensor2d(centers)).dataSync());
  const logArea = Math.log(axes[0].width * axes[1].width);
  const plain = hit.reduce((sum, cell, i) => {
    const mass = (counts.get(cell) ?? 0) / n;
    return sum + mass * (Math.log(mass) - logArea + energies[i]);
  }, 0);
  return plain - (hit.length - 1) / (2 * n);
}
