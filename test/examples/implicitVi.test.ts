import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { divergenceOf, momentErrors } from '../../examples/implicitVi/compare.ts';
import { fitSampler } from '../../examples/implicitVi/fit.ts';
import { banana, bayesianRegression, twoModes } from '../../examples/implicitVi/targets.ts';
import { randomStream } from '../../random/stream.ts';

/** Draws of the banana itself, and of the two modes with a share `first` at the left one. */
function exact(n: number, first: number | null): Float32Array {
  const { gaussian, uniform } = randomStream(3, 1);
  const rows = Array.from({ length: n }, () => {
    if (first !== null) return [(uniform() < first ? -1 : 1) + 0.5 * gaussian(), 0.5 * gaussian()];
    const x = gaussian();
    return [x, (x * x - 1) / 2 + 0.5 * gaussian()];
  });
  return Float32Array.from(rows.flat());
}

describe('the divergence from a histogram', () => {
  it('is that of two mixtures, and 0 for draws of the target itself', () => {
    // Modes four deviations apart: nearly the divergence of their masses, .8 log(.8/.6) + .2 log(.2/.4) = .0915; by quadrature .0849.
    expect(divergenceOf(exact(400_000, null), banana)).toBeCloseTo(0, 2);
    expect(Math.abs(divergenceOf(exact(400_000, 0.6), twoModes))).toBeLessThan(0.003);
    expect(Math.abs(divergenceOf(exact(400_000, 0.8), twoModes) - 0.0849)).toBeLessThan(0.005);
  });
});

describe('the posterior of a cubic', () => {
  const target = bayesianRegression();

  it('has the moments that its energy says: ∇U is 0 at the mean, and falls along column j of the covariance by eⱼ', () => {
    const gradient = (w: number[][]) => (tf.grad((x) => target.energy(x as tf.Tensor2D))(tf.tensor2d(w)) as tf.Tensor2D).arraySync();
    const moved = target.covariance.map((column) => column.map((c, i) => target.mean[i] + c));
    for (const [i, v] of gradient([[...target.mean]])[0].entries()) expect(Math.abs(v)).toBeLessThan(1e-3 * (i + 1));
    for (const [j, row] of gradient(moved).entries()) for (const [i, v] of row.entries()) expect(v).toBeCloseTo(i === j ? 1 : 0, 3);
  });

  it('is found by a sampler without a density', async () => {
    const sampler = await fitSampler(target, { noise: 4, steps: 700, batch: 128, rate: 5e-3, seed: 1 });
    const errors = momentErrors(await sampler.draw(50_000, 2), target);
    await sampler.dispose();
    expect(errors.mean).toBeLessThan(0.1);
    expect(errors.covariance).toBeLessThan(0.15);
  });
});
