import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { EigenvalueDecomposition, Matrix, solve } from 'ml-matrix';
import * as ort from 'onnxruntime-node';
import { adversarial } from '../../bench/entropy/adversarial.ts';
import { alongScore } from '../../bench/entropy/alongScore.ts';
import { drawsKl } from '../../bench/entropy/drawsKl.ts';
import { gram } from '../../bench/entropy/gram.ts';
import { METHODS } from '../../bench/entropy/methods.ts';
import { orthonormal } from '../../bench/entropy/orthonormal.ts';
import { apart, entropyPlot } from '../../bench/entropy/plot.ts';
import { isFinished, keepResult, type MethodResult, readResults } from '../../bench/entropy/results.ts';
import { ESTIMATORS } from '../../bench/entropy/settings.ts';
import { type ManyDraws, severalDraws } from '../../bench/entropy/severalDraws.ts';
import { solvePositive } from '../../bench/entropy/solvePositive.ts';
import { spectralScore } from '../../bench/entropy/spectralScore.ts';
import { type ScoreOfDraws, steinScore } from '../../bench/entropy/steinScore.ts';
import { type Moment, timedTraining } from '../../bench/entropy/timedTraining.ts';
import { onnxruntimeExecutor } from '../../exporters/index.ts';
import { implicitNetworks, implicitPosterior } from '../../models/implicitVae/implicitPosterior.ts';
import { implicitVae } from '../../models/implicitVae/implicitVae.ts';
import { standardKl } from '../../models/implicitVae/standardKl.ts';
import { mlpNetworks } from '../../models/networks/mlpNetworks.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { randomStream } from '../../random/stream.ts';
import { partials } from '../support/differences.ts';

const executor = onnxruntimeExecutor(ort, { sessionOptions: { intraOpNumThreads: 1 } });

const normal = (shape: readonly number[], seed: number): tf.Tensor => {
  const values = new Float32Array(shape.reduce((a, b) => a * b));
  randomStream(seed, 7).fill(values, 'gaussian');
  return tf.tensor(values, [...shape]);
};
const normal3 = (batch: number, draws: number, dim: number, seed: number) => normal([batch, draws, dim], seed) as tf.Tensor3D;

const number = (x: tf.Tensor): number => x.dataSync()[0];
const farthest = (a: tf.Tensor, b: tf.Tensor | number[][]): number => number(tf.max(tf.abs(tf.sub(a, b))));

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

describe('the adversarial loss', () => {
  const [mean, width] = [0.7, 1.5];
  /** Nodes of a quadrature with equal weights, 8 deviations to either side. */
  const grid = Float32Array.from({ length: 4001 }, (_, i) => -8 + i * 0.004);
  const density = (m: number, w: number) =>
    tf.mul(0.004 / (w * Math.sqrt(2 * Math.PI)), tf.exp(tf.mul(-0.5, tf.square(tf.div(tf.sub(grid, m), w)))));
  const points = tf.tensor2d(grid, [grid.length, 1]);
  const energyOf =
    (centre: tf.Tensor, logWidth: tf.Tensor, constant: tf.Tensor) =>
    (u: tf.Tensor2D): tf.Tensor1D =>
      tf.add(tf.mul(0.5, tf.square(tf.squeeze(tf.div(tf.sub(u, centre), tf.exp(logWidth)), [1]))), constant);
  /** The expectation of the loss by quadrature: of its terms on the points with the law's weights and the standard normal's. */
  const expected = (centre: tf.Tensor, logWidth: tf.Tensor, constant: tf.Tensor): tf.Scalar => {
    const energy = energyOf(centre, logWidth, constant);
    // Terms at (u, v) are f(u) + g(v): each law's part is found with the other's point at 0.
    const terms = adversarial().terms as NonNullable<ReturnType<typeof adversarial>['terms']>;
    const fixed = tf.zerosLike(points);
    const both = terms(energy, fixed, fixed);
    const ofDraws = tf.sub(terms(energy, points, fixed), both);
    const ofNormal = tf.sub(terms(energy, fixed, points), both);
    return tf.add(tf.add(tf.sum(tf.mul(ofDraws, density(mean, width))), tf.sum(tf.mul(ofNormal, density(0, 1)))), tf.mean(both));
  };
  // −log q up to the standard normal law's constant.
  const best = [tf.scalar(mean), tf.scalar(Math.log(width)), tf.scalar(Math.log(width))];

  it('is least where the critic is log q(u) − log N(u), its constant included', () => {
    const slopes = tf.grads((centre, logWidth, constant) => expected(centre, logWidth, constant));
    for (const slope of slopes(best)) expect(Math.abs(number(slope))).toBeLessThan(1e-4);
    const least = number(expected(best[0], best[1], best[2]));
    for (const i of [0, 1, 2])
      for (const by of [-0.3, 0.3]) {
        const [centre, logWidth, constant] = best.map((value, j) => (i === j ? tf.add(value, by) : value));
        expect(number(expected(centre, logWidth, constant))).toBeGreaterThan(least + 1e-4);
      }
    // 2 log 2 − 2 JSD(q, N), by quadrature.
    const [q, p] = [density(mean, width).arraySync(), density(0, 1).arraySync()] as number[][];
    const divergence = q.reduce((sum, a, i) => {
      const half = (a + p[i]) / 2;
      return sum + (a > 0 ? 0.5 * a * Math.log(a / half) : 0) + (p[i] > 0 ? 0.5 * p[i] * Math.log(p[i] / half) : 0);
    }, 0);
    expect(least).toBeCloseTo(2 * Math.log(2) - 2 * divergence, 4);
  });

  it('gives the encoder the gradient of the KL where the critic is the best one', () => {
    // The estimator's network at its last layer: a scalar, a centre, log-widths and directions, which are biases where all kernels are 0.
    const model = implicitVae({ latent: euclidean(1), columns: 2, networks: mlpNetworks({ hidden: [3] }), objective: adversarial() });
    const { energy } = model.networks;
    for (const weight of energy.weights) weight.write(tf.zeros(weight.shape as number[]));
    const biases = energy.weights.slice(-8).filter(({ shape }) => shape.length === 1);
    for (const [i, value] of [0, mean, Math.log(width)].entries()) biases[i].write(tf.fill([1], value));
    const regulariser = standardKl(euclidean(1), energy, adversarial(), 'test');
    const rows = 500;
    const raw = normal([rows, 1], 9) as tf.Tensor2D;
    const { mean: m, variance: v } = tf.moments(raw);
    // Of mean 0 and variance 1, so that the mean over rows has no error.
    const xi: tf.Tensor2D = tf.div(tf.sub(raw, m), tf.sqrt(v));
    const penalty = (shift: tf.Tensor, scale: tf.Tensor): tf.Scalar => {
      const u: tf.Tensor2D = tf.add(shift, tf.mul(scale, xi));
      const moments = () => ({ centre: tf.zerosLike(u), width: tf.onesLike(u) });
      const law = { features: tf.zeros([rows, 3]) as tf.Tensor2D, moments };
      const standard = { u, ...law, logVolume: tf.zeros([rows]) as tf.Tensor1D };
      return regulariser.terms({ z: u, standard }, { directions: normal([rows, 1], 10) }).penalty;
    };
    const [byShift, byScale] = tf.grads(penalty)([tf.scalar(mean), tf.scalar(width)]);
    // KL(N(m, w²) ‖ N(0, 1)) = ½(m² + w² − 1) − log w.
    expect(number(byShift)).toBeCloseTo(mean, 4);
    expect(number(byScale)).toBeCloseTo(width - 1 / width, 4);
  });
});

describe('a posterior that draws several times', () => {
  const [rows, dim, draws] = [3, 2, 4];
  const family = mlpNetworks({ hidden: [7] });
  const { encoder, displacement } = implicitNetworks(euclidean(dim), 5, family, 2);
  // Displacements near their bound, where it counts.
  for (const weight of displacement.weights) weight.write(tf.mul(4, weight.read()));
  const single = implicitPosterior(euclidean(dim), { encoder, displacement }, 'test');
  const x = tf.sigmoid(normal([rows, 5], 1)) as tf.Tensor2D;
  const noise = normal([rows, 2 * draws * dim], 3) as tf.Tensor2D;
  const variables = (network: tf.LayersModel) => network.trainableWeights.map((weight) => weight.read() as tf.Variable);

  it('draws as the posterior does from repeated rows', () => {
    const several = severalDraws(single, draws);
    expect(several.noise).toEqual([{ name: 'noise', columns: 2 * draws * dim, distribution: 'gaussian' }]);
    const { z, standard, many } = several.draw(x, { noise }) as ManyDraws;
    const [xi, eta] = tf.split(tf.reshape(noise, [rows, 2, draws, dim]), 2, 1).map((part) => tf.reshape(part, [rows * draws, dim]));
    const repeated = tf.reshape(tf.tile(tf.expandDims(x, 1), [1, draws, 1]), [rows * draws, 5]) as tf.Tensor2D;
    const expected = single.draw(repeated, { noise: tf.concat([xi, eta], 1) });
    const known = expected.standard as NonNullable<typeof standard>;
    const firstOf = (all: tf.Tensor) => tf.gather(all, [0, draws, 2 * draws]);
    expect(farthest(many, tf.reshape(known.u, [rows, draws, dim]))).toBeLessThan(1e-5);
    expect(farthest(z, firstOf(expected.z))).toBeLessThan(1e-5);
    expect(standard).toBeDefined();
    for (const key of ['u', 'features', 'logVolume'] as const) {
      expect(standard?.[key].shape).toEqual(firstOf(known[key]).shape);
      expect(farthest(standard?.[key] as tf.Tensor, firstOf(known[key]))).toBeLessThan(1e-5);
    }
    // There is something to draw: u is not ξ.
    expect(farthest(many, tf.reshape(xi, [rows, draws, dim]))).toBeGreaterThan(0.5);
  });

  it('is descended along the scores, and otherwise along the prior and the volume', () => {
    const several = severalDraws(single, draws);
    const regulariser = drawsKl(euclidean(dim), (u) => tf.mul(-0.25, u) as tf.Tensor3D, 'test');
    const penalty = () => regulariser.terms(several.draw(x, { noise }), {}).penalty;
    // −½|u|²/4 has the score −u/4.
    const exact = () => {
      const { z, standard, many } = several.draw(x, { noise }) as ManyDraws;
      const logDensity = tf.mean(tf.mul(-0.5 / 4, tf.sum(tf.square(many), 2)), 1);
      const prior = tf.mul(0.5, tf.sum(tf.square(z), 1));
      return tf.mean(tf.sub(tf.add(prior, logDensity), (standard as NonNullable<typeof standard>).logVolume)) as tf.Scalar;
    };
    const all = [...variables(encoder), ...variables(displacement)];
    const [found, expected] = [penalty, exact].map((f) => tf.variableGrads(f, all).grads);
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, gradient] of Object.entries(expected)) expect(farthest(found[name], gradient)).toBeLessThan(1e-5);
  });

  it('is refused on spheres, and with a single draw', () => {
    expect(() => severalDraws({ ...single, latent: sphere(2) }, 4)).toThrow(/flat space.*sphere/);
    expect(() => severalDraws(single, 1)).toThrow(/at least two.*got draws = 1/);
  });
});

describe.each(Object.entries(METHODS))('%s', (_, { make }) => {
  const options = { latent: euclidean(8), columns: 6, networks: mlpNetworks({ hidden: [8] }), seed: 3 };

  it('starts from the weights of the implicit VAE, and takes the same steps compiled', async () => {
    const x = tf.sigmoid(normal([24, 6], 4)) as tf.Tensor2D;
    const [plain, compiled] = [make(options), make(options)];
    const base = implicitVae(options);
    for (const network of ['encoder', 'displacement', 'decoder'])
      for (const [i, weight] of base.networks[network].getWeights().entries())
        expect(farthest(plain.networks[network].getWeights()[i], weight)).toBe(0);
    const fit = { epochs: 3, batchSize: 8, averaging: 0.9 };
    for (const model of [plain, compiled]) model.compile({ optimizer: tf.train.adam(1e-2, 0.5) });
    const { history: eager } = await plain.fit(x, fit);
    const { history: graph } = await compiled.fit(x, { ...fit, executor });
    // Nine steps in single precision in another order of sums.
    for (const [name, values] of Object.entries(eager))
      for (const [i, value] of values.entries()) expect(Math.abs(graph[name][i] - value)).toBeLessThan(2e-4 * (1 + Math.abs(value)));
    expect(eager.loss[2]).not.toBe(eager.loss[0]);
  });
});

describe('timedTraining', () => {
  const options = { latent: euclidean(2), columns: 6, networks: mlpNetworks({ hidden: [8] }), seed: 3 };

  it('evaluates the averaged weights at equal distances of time, and ends with them', async () => {
    const model = implicitVae(options);
    const x = tf.sigmoid(normal([32, 6], 4)) as tf.Tensor2D;
    const moments: Moment[] = [];
    const seen: number[] = [];
    const bias = () => number(model.networks.decoder.getWeights().at(-1) as tf.Tensor);
    await timedTraining(model, x, {
      optimizer: tf.train.adam(1e-2, 0.5),
      batchSize: 8,
      averaging: 0.9,
      executor,
      seconds: 0.3,
      evaluations: 3,
      evaluate: async (moment) => {
        moments.push(moment);
        seen.push(bias());
        await new Promise((resolve) => setTimeout(resolve, 800));
      },
    });
    expect(moments).toHaveLength(3);
    for (const [i, { seconds, steps, startSeconds, reports }] of moments.entries()) {
      // A call takes 40 ms, and on a busy machine several times as much. Evaluations of 0.8 s each do not count.
      expect(seconds).toBeGreaterThanOrEqual(0.1 * (i + 1));
      expect(seconds).toBeLessThan(0.1 * (i + 1) + 0.7);
      expect(steps).toBeGreaterThan(moments[i - 1]?.steps ?? 1);
      expect(startSeconds).toBeGreaterThan(0);
      expect(reports.reconstruction).toBeGreaterThan(0);
    }
    expect(bias()).toBe(seen[2]);
    expect(new Set(seen).size).toBe(3);
  });

  it('refuses rows that do not make whole batches', async () => {
    const some = { batchSize: 8, averaging: 0.9, executor, seconds: 1, evaluations: 1, evaluate: async () => {} };
    const x = tf.zeros([20, 6]) as tf.Tensor2D;
    await expect(timedTraining(implicitVae(options), x, { ...some, optimizer: tf.train.adam() })).rejects.toThrow(
      /batches of 8; got 20.*last 4/,
    );
  });
});

const resultOf = (nlls: readonly number[], more: Partial<MethodResult> = {}): MethodResult => ({
  command: '',
  plan: { seconds: 30, evaluations: 3, images: 200 },
  startSeconds: 1,
  steps: 100,
  millisecondsPerStep: 5,
  curve: nlls.map((nll, i) => ({ seconds: 10 * (i + 1), steps: 100, nll, standardError: 1, chainError: 0.1, reconstruction: 80 })),
  settings: {},
  versions: {},
  ...more,
});

describe('the results', () => {
  it('are kept by method, in one move', () => {
    const folder = mkdtempSync(join(tmpdir(), 'entropy-'));
    const path = join(folder, 'entropy.json');
    expect(readResults(path).methods).toEqual({});
    keepResult('mvl', resultOf([120]), path);
    keepResult('ssm', resultOf([130, 110]), path);
    keepResult('mvl', resultOf([120, 105]), path);
    const { methods } = readResults(path);
    expect(Object.values(methods).map(({ curve }) => curve.map(({ nll }) => nll))).toEqual([
      [120, 105],
      [130, 110],
    ]);
    expect(readdirSync(folder)).toEqual(['entropy.json']);
  });

  it('are finished with all points of the same plan, or where training diverged', () => {
    const { plan } = resultOf([]);
    expect(isFinished(undefined, plan)).toBe(false);
    expect(isFinished(resultOf([1, 2]), plan)).toBe(false);
    expect(isFinished(resultOf([1, 2, 3]), plan)).toBe(true);
    expect(isFinished(resultOf([1, 2, 3]), { ...plan, images: 100 })).toBe(false);
    expect(isFinished(resultOf([1], { diverged: 'at step 7' }), plan)).toBe(true);
  });
});

describe('the plot', () => {
  it('has a curve and a name for each method', () => {
    const svg = entropyPlot({ mvl: resultOf([120, 105, 100]), dsm: resultOf([125, 110], { diverged: 'at step 7' }), ssm: resultOf([]) });
    expect(svg).toContain('minimum velocity');
    expect(svg).toContain('denoising score matching (diverged)');
    expect(svg).not.toContain('sliced');
    expect(svg).toContain('xmlns="http://www.w3.org/2000/svg"');
    expect(svg.match(/<circle/g)).toHaveLength(5);
    expect(() => entropyPlot({ ssm: resultOf([]) })).toThrow(/no curves yet/);
  });

  it('moves names apart', () => {
    expect(apart([1, 9, 5], 2)).toEqual([1, 9, 5]);
    const moved = apart([5, 5.1, 4.9, 20], 1);
    expect(moved[2]).toBeLessThan(moved[0]);
    expect(moved[0] - moved[2]).toBeCloseTo(1);
    expect(moved[1] - moved[0]).toBeCloseTo(1);
    expect(moved[0]).toBeCloseTo(5);
    expect(moved[3]).toBe(20);
  });
});
