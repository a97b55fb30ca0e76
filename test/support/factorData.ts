import * as tf from '@tensorflow/tfjs';
import { Matrix } from 'ml-matrix';
import { mlpNetworks, type NetworkFamily } from '../../models/index.ts';
import { dense, type WeightSeeds } from '../../models/networks/layers.ts';
import { randomStream } from '../../random/stream.ts';

/** A linear decoder: with a Gaussian likelihood, log p(x) has a closed form. */
export const linearNetworks: NetworkFamily = {
  ...mlpNetworks({ hidden: [16] }),
  decoder: (codes, columns, seeds: WeightSeeds) => dense(codes, columns, seeds),
};

/** Rows x = A z + b + noise with z of two columns, and A, b: the model that a linear decoder can become. */
export function factorRows(n: number, deviation: number, seed = 1) {
  const loadings = [
    [1, 0.4],
    [-0.5, 1],
    [0.3, 0.8],
    [0.9, -0.6],
  ];
  const shift = [0.2, -0.1, 0.4, 0];
  const { gaussian } = randomStream(seed, 9);
  const rows = Array.from({ length: n }, () => {
    const z = [gaussian(), gaussian()];
    return loadings.map(([a, b], i) => a * z[0] + b * z[1] + shift[i] + deviation * gaussian());
  });
  return { rows: tf.tensor2d(rows), loadings, shift };
}

/** log p(x) in nats of rows under N(b, AAᵀ + σ²I), the kernel of a dense layer being Aᵀ; and the covariance of p(z|x). */
export function linearGaussian(kernel: number[][], bias: number[], deviation: number) {
  const a = new Matrix(kernel).transpose();
  const covariance = a.mmul(a.transpose()).add(Matrix.eye(a.rows).mul(deviation ** 2));
  const eigen = covariance.clone();
  const lower = cholesky(eigen);
  const logDeterminant = 2 * lower.reduce((sum, row, i) => sum + Math.log(row[i]), 0);
  const logDensity = (x: readonly number[]): number => {
    const whitened: number[] = [];
    x.forEach((value, i) => {
      const rest = whitened.reduce((sum, w, j) => sum + lower[i][j] * w, 0);
      whitened.push((value - bias[i] - rest) / lower[i][i]);
    });
    return -0.5 * (whitened.reduce((sum, w) => sum + w * w, 0) + logDeterminant + x.length * Math.log(2 * Math.PI));
  };
  const precision = Matrix.eye(a.columns).add(
    a
      .transpose()
      .mmul(a)
      .div(deviation ** 2),
  );
  return { logDensity, posterior: inverse2(precision) };
}

function cholesky(matrix: Matrix): number[][] {
  const n = matrix.rows;
  const lower = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const rest = lower[i].slice(0, j).reduce((sum, value, k) => sum + value * lower[j][k], 0);
      lower[i][j] = i === j ? Math.sqrt(matrix.get(i, i) - rest) : (matrix.get(i, j) - rest) / lower[j][j];
    }
  return lower;
}

const inverse2 = (m: Matrix): number[][] => {
  const [a, b, c, d] = [m.get(0, 0), m.get(0, 1), m.get(1, 0), m.get(1, 1)];
  const determinant = a * d - b * c;
  return [
    [d / determinant, -b / determinant],
    [-c / determinant, a / determinant],
  ];
};
