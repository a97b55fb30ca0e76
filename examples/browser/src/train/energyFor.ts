import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import {
  boxQuadrature,
  conditionalEnergy,
  euclidean,
  type Manifold,
  type NoiseLevels,
  type Quadrature,
  sphere,
  sphereQuadrature,
  torus,
  torusQuadrature,
} from 'tfjs-mvl';
import { SPACES, type SpaceName } from './spaces.ts';

/** A space for the library: its manifold, the widths that are learnt, a network and a way to integrate. */
export interface Setup {
  readonly manifold: Manifold;
  readonly noiseLevels: NoiseLevels;
  readonly network: LayersModel;
  readonly quadrature: Quadrature;
  /** Left, bottom, right, top of a picture, in the user's units. */
  readonly box: readonly [number, number, number, number];
}

const HIDDEN = [64, 64, 64];
/** Where modes of a compact space have merged, in radians. */
const MERGED = 1;

const degrees = (detail: number): number => (detail * Math.PI) / 180;

function compact(manifold: Manifold, quadrature: Quadrature, detail: number, seed: number, box: Setup['box']): Setup {
  const noiseLevels = { from: MERGED, to: degrees(detail) };
  const network = conditionalEnergy({ manifold, noiseLevels, hidden: HIDDEN, head: 'scalar', features: { count: 8 }, seed });
  return { manifold, noiseLevels, network, quadrature, box };
}

interface Spread {
  readonly centre: readonly number[];
  /** Root mean square deviation of a column. */
  readonly scale: number;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

function spreadOf(rows: readonly (readonly number[])[]): Spread {
  const columns = rows[0].map((_, k) => rows.map((row) => row[k]));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value / values.length, 0);
  const centre = columns.map(mean);
  const scale = Math.sqrt(mean(columns.map((column, k) => mean(column.map((value) => (value - centre[k]) ** 2)))));
  const extreme = (of: (a: number, b: number) => number) => columns.map((column) => column.reduce((a, b) => of(a, b)));
  return { centre, scale, from: extreme(Math.min), to: extreme(Math.max) };
}

/** Deviation of the normal law that the energy falls back to far from all data, in units of the data's size. */
const FAR = 1.5;
/** How far a picture reaches beyond the data, in the same units. */
const MARGIN = 0.75;

/**
 * An energy in the plane in the user's own units: E(x, σ) = |y|²/2r² + f(y, σ/s) of the standardised point y = (x − c)/s. The first term keeps the density finite where
 * there are no data.
 *
 * @throws Error where all points are the same
 */
function plane(rows: readonly (readonly number[])[], detail: number, seed: number): Setup {
  const { centre, scale, from, to } = spreadOf(rows);
  if (from.every((value, k) => value === to[k])) throw new Error('All points are the same; there is no density to learn.');
  const manifold = euclidean(2);
  const levels = { from: 1, to: detail / 100 };
  const inner = conditionalEnergy({ manifold, noiseLevels: levels, hidden: HIDDEN, head: 'scalar', features: { count: 8 }, seed });
  const fixed = (units: number, kernel: number[][], bias: number[]) =>
    tf.layers.dense({ units, trainable: false, weights: [tf.tensor2d(kernel), tf.tensor1d(bias)] });
  const x = tf.input({ shape: [2], name: 'x' });
  const logSigma = tf.input({ shape: [1], name: 'logSigma' });
  const y = fixed(
    2,
    [
      [1 / scale, 0],
      [0, 1 / scale],
    ],
    centre.map((value) => -value / scale),
  ).apply(x) as SymbolicTensor;
  const level = fixed(1, [[1]], [-Math.log(scale)]).apply(logSigma) as SymbolicTensor;
  const squares = tf.layers.multiply().apply([y, y]) as SymbolicTensor;
  const far = fixed(1, [[0.5 / FAR ** 2], [0.5 / FAR ** 2]], [0]).apply(squares) as SymbolicTensor;
  const energy = tf.layers.add().apply([far, inner.apply([y, level]) as SymbolicTensor]) as SymbolicTensor;
  const low = from.map((value) => value - MARGIN * scale);
  const high = to.map((value) => value + MARGIN * scale);
  return {
    manifold,
    noiseLevels: { from: scale, to: (detail / 100) * scale },
    network: tf.model({ inputs: [x, logSigma], outputs: energy }),
    quadrature: boxQuadrature(manifold, { from: low, to: high }),
    box: [low[0], low[1], high[0], high[1]],
  };
}

export function setupFor(space: SpaceName, rows: readonly (readonly number[])[], detail: number, seed: number): Setup {
  if (space === 'plane') return plane(rows, detail, seed);
  if (space === 'circle') return compact(torus(1), torusQuadrature(torus(1)), detail, seed, [-180, 0, 180, 1]);
  if (space === 'sphere') return compact(sphere(2), sphereQuadrature(sphere(2)), detail, seed, [-180, -90, 180, 90]);
  return compact(torus(2), torusQuadrature(torus(2)), detail, seed, [-180, -180, 180, 180]);
}

/** Cells of a picture, as places in the user's units, the lowest row first. */
export function cellsOf(space: SpaceName, box: Setup['box'], width: number, height: number): number[][] {
  const [left, bottom, right, top] = box;
  const one = SPACES[space].columns.length === 1;
  return Array.from({ length: width * height }, (_, i) => {
    const x = left + ((right - left) * ((i % width) + 0.5)) / width;
    const y = bottom + ((top - bottom) * (Math.floor(i / width) + 0.5)) / height;
    return one ? [x] : [x, y];
  });
}
