import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { EigenvalueDecomposition, Matrix, solve } from 'ml-matrix';
import { alongScore } from '../../../bench/entropy/alongScore.ts';
import { gram } from '../../../bench/entropy/gram.ts';
import { orthonormal } from '../../../bench/entropy/orthonormal.ts';
import { ESTIMATORS } from '../../../bench/entropy/settings.ts';
import { solvePositive } from '../../../bench/entropy/solvePositive.ts';
import { spectralScore } from '../../../bench/entropy/spectralScore.ts';
import { type ScoreOfDraws, steinScore } from '../../../bench/entropy/steinScore.ts';
import { partials } from '../../support/differences.ts';
import { farthest, normal3, number } from './tensors.ts';

/** E|g − s|²/E|s|², and the share ⟨g, s⟩/⟨s, s⟩ of s that g has. */
function against(score: tf.Tensor, truth: tf.Tensor): { error: number; share: number } {
  const size = tf.sum(tf.square(truth));
  return {
    error: number(tf.div(tf.sum(tf.square(tf.sub(score, truth))), size)),
    share: number(tf.div(tf.sum(tf.mul(score, truth)), size)),
  };
}

/** The kernel of one law's draws in double precision, by its definition. */
function kernelOf(u: readonly number[][]) {
  const square = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0);
  const pairs = u.flatMap((a, i) => u.flatMap((b, j) => (i === j ? [] : [square(a, b)])));
  const variance = pairs.reduce((sum, v) => sum + v / pairs.length, 0);
  const k = (a: readonly number[], b: readonly number[]) => Math.exp(-square(a, b) / (2 * variance));
  return { k, matrix: new Matrix(u.map((a) => u.map((b) => k(a, b)))) };
}

/** Σⱼ ∇_{uⱼ} k(uᵢ, uⱼ) by central differences. */
function slopesOf(u: readonly number[][]): number[][] {
  const { k } = kernelOf(u);
  return u.map((a) => {
    const all = u.map((b) => partials((moved) => k(a, moved), b));
    return a.map((_, column) => all.reduce((sum, one) => sum + one[column], 0));
  });
}

/** Li & Turner's formula. */
const steinOf = (u: readonly number[][], ridge: number): number[][] =>
  solve(kernelOf(u).matrix.add(Matrix.eye(u.length).mul(ridge)), new Matrix(slopesOf(u)))
    .mul(-1)
    .to2DArray();

/** Shi, Sun & Zhu's formulas: Nyström's eigenfunctions, β as their mean gradients, by central differences. */
function spectralOf(u: readonly number[][], vectors: number): number[][] {
  const { k, matrix } = kernelOf(u);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, j) => j).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const n = u.length;
  const functions = order.slice(0, vectors).map((j) => {
    const entries = eigenvectorMatrix.getColumn(j);
    return (x: readonly number[]) => (Math.sqrt(n) / realEigenvalues[j]) * u.reduce((sum, point, m) => sum + entries[m] * k(x, point), 0);
  });
  const betas = functions.map((psi) => {
    const gradients = u.map((point) => partials(psi, point));
    return u[0].map((_, column) => -gradients.reduce((sum, one) => sum + one[column] / n, 0));
  });
  return u.map((x) => u[0].map((_, column) => functions.reduce((sum, psi, j) => sum + betas[j][column] * psi(x), 0)));
}

describe('small matrices', () => {
  it('solvePositive solves, each of a batch by itself', () => {
    const root = normal3(3, 6, 9, 1);
    const A = tf.add(tf.matMul(root, root, false, true), tf.mul(0.5, tf.eye(6))) as tf.Tensor3D;
    const B = normal3(3, 6, 2, 2);
    const X = solvePositive(A, B).arraySync();
    for (const [i, a] of A.arraySync().entries()) {
      const exact = solve(new Matrix(a), new Matrix(B.arraySync()[i])).to2DArray();
      // Conditions are below 100: 1e-5.
      expect(farthest(tf.tensor2d(X[i]), exact)).toBeLessThan(1e-4);
    }
    expect(() => solvePositive(A, normal3(3, 5, 2, 2))).toThrow(/\[3, 6, 6\] and \[3, 5, 2\]/);
    expect(() => solvePositive(root, B)).toThrow(/\[3, 6, 9\]/);
  });

  it('orthonormal keeps the span of the columns', () => {
    const columns = normal3(2, 5, 3, 3);
    const Q = orthonormal(columns);
    expect(farthest(tf.matMul(Q, Q, true), tf.eye(3))).toBeLessThan(1e-5);
    expect(farthest(tf.matMul(Q, tf.matMul(Q, columns, true)), columns)).toBeLessThan(1e-5);
  });
});

describe('scores from draws', () => {
  const u = tf.add(tf.mul(2, normal3(2, 6, 3, 4)), 5) as tf.Tensor3D;

  it('have the kernel and its summed gradients', () => {
    const { kernel, slopes } = gram(u);
    for (const [i, points] of u.arraySync().entries()) {
      expect(farthest(tf.tensor2d(kernel.arraySync()[i]), kernelOf(points).matrix.to2DArray())).toBeLessThan(1e-5);
      expect(farthest(tf.tensor2d(slopes.arraySync()[i]), slopesOf(points))).toBeLessThan(1e-5);
    }
    expect(() => gram(normal3(2, 1, 3, 4))).toThrow(/\[2, 1, 3\]/);
  });

  it.each([0.01, 1])('are those of Li & Turner with the ridge %d', (ridge) => {
    const scores = steinScore(ridge)(u).arraySync();
    for (const [i, points] of u.arraySync().entries()) expect(farthest(tf.tensor2d(scores[i]), steinOf(points, ridge))).toBeLessThan(1e-4);
  });

  it.each([1, 2, 4])('are those of Shi, Sun & Zhu with %d eigenvectors', (vectors) => {
    const scores = spectralScore({ vectors, rounds: 40 })(u).arraySync();
    for (const [i, points] of u.arraySync().entries())
      expect(farthest(tf.tensor2d(scores[i]), spectralOf(points, vectors))).toBeLessThan(1e-3);
  });

  it('have as small an error after two rounds as with exact eigenvectors', () => {
    const draws = normal3(30, 16, 8, 11);
    const [two, exact] = [2, 30].map((rounds) => against(spectralScore({ vectors: 10, rounds })(draws), tf.neg(draws)).error);
    expect(Math.abs(two / exact - 1)).toBeLessThan(0.03);
    expect(spectralScore({ vectors: 10 })(draws).dataSync()).toEqual(spectralScore({ vectors: 10, rounds: 2 })(draws).dataSync());
    // The share and the error that the settings were chosen by, to two deviations of the mean over 30 laws.
    const { share, error } = against(steinScore(ESTIMATORS.ridge)(draws), tf.neg(draws));
    expect(Math.abs(share - 0.74)).toBeLessThan(0.03);
    expect(Math.abs(error - 0.73)).toBeLessThan(0.08);
  });

  it('are equal with all eigenvectors and without a ridge', () => {
    const all = spectralScore({ vectors: 6 })(u);
    // The least eigenvalue is about 0.1: the ridge takes 1e-4 of it.
    expect(against(all, steinScore(1e-5)(u)).error).toBeLessThan(1e-6);
  });

  it('are smaller with a larger ridge, and in the limit the summed gradients over it', () => {
    const sizes = [0.001, 0.1, 10, 1000].map((ridge) => number(tf.norm(steinScore(ridge)(u))));
    expect([...sizes].sort((a, b) => b - a)).toEqual(sizes);
    const limit = tf.mul(-1e6, steinScore(1e6)(u));
    expect(farthest(limit, gram(u).slopes)).toBeLessThan(1e-4);
  });

  it('refuse what they cannot do', () => {
    expect(() => steinScore(0)).toThrow(/ridge.*got 0/);
    expect(() => spectralScore({ vectors: 7 })(u)).toThrow(/from 1 to the 6 draws.*got 7/);
  });

  const estimators: readonly (readonly [string, ScoreOfDraws])[] = [
    ['stein', steinScore(0.1)],
    ['spectral', spectralScore({ vectors: 3 })],
  ];

  it.each(estimators)('by %s are those of a normal law, the better the more draws there are', (_, score) => {
    const [mean, deviation] = [[3, -1], 0.5];
    const errors = [10, 80].map((draws) => {
      const points = tf.add(tf.mul(deviation, normal3(3, draws, 2, 5)), mean) as tf.Tensor3D;
      const truth = tf.div(tf.sub(mean, points), deviation ** 2);
      const { error, share } = against(score(points), truth);
      if (draws === 80) expect(Math.abs(share - 1)).toBeLessThan(0.1);
      return error;
    });
    // Coefficients are means over the draws, of variances of order 1/draws, and about ten of them count; no score at all has an error of 1.
    expect(errors[1]).toBeLessThan(0.25);
    expect(errors[1]).toBeLessThan(0.6 * errors[0]);
  });

  it.each(estimators)('by %s scale and move with the law', (_, score) => {
    const moved = tf.add(tf.mul(3, u), [1, 2, 3]) as tf.Tensor3D;
    expect(against(tf.mul(3, score(moved)), score(u)).error).toBeLessThan(1e-6);
  });

  it.each(estimators)('by %s have the gradient of the entropy: −1/w of a law of width w', (_, score) => {
    const xi = normal3(8, 40, 1, 6);
    const w = 2;
    const slope = tf.grad((width) => tf.mean(alongScore(score, tf.mul(width, xi) as tf.Tensor3D)))(tf.scalar(w));
    expect(Math.abs(number(slope) * w + 1)).toBeLessThan(0.15);
  });
});

describe('alongScore', () => {
  it('holds the scores fixed, and all that they are made of', () => {
    const u = normal3(2, 4, 3, 8);
    const weight = tf.variable(tf.scalar(3));
    const score: ScoreOfDraws = (v) => tf.mul(weight, tf.square(v)) as tf.Tensor3D;
    const { value, grads } = tf.valueAndGrads((v, by) => tf.sum(tf.mul(alongScore(score, v as tf.Tensor3D), by)))([
      u,
      tf.tensor1d([1, 10]),
    ]);
    const cubes = tf.mul(3 / 4, tf.sum(tf.pow(u, 3), [1, 2]));
    expect(number(value)).toBeCloseTo(number(tf.sum(tf.mul(cubes, [1, 10]))), 3);
    expect(farthest(grads[0], tf.mul(tf.mul(3 / 4, tf.square(u)), tf.tensor3d([[[1]], [[10]]])))).toBeLessThan(1e-5);
    expect(() => tf.variableGrads(() => tf.sum(alongScore(score, u)) as tf.Scalar, [weight])).toThrow();
  });
});
