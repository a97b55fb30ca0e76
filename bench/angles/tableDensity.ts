import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { anglesOf, type Energy, type RandomStream } from '../../plugin/index.ts';

/** A density on a torus that is known everywhere. */
export interface TableDensity {
  /** −log p in nats, with respect to angles in radians; +∞ where there is none. */
  readonly energy: Energy;
  /** n independent rows of angles in radians. */
  draw(n: number, stream: RandomStream): number[][];
}

export interface Table {
  /** Values at a grid of equal angles, the last angle running fastest, in any unit. */
  readonly values: ArrayLike<number>;
  /** Nodes of each circle. */
  readonly bins: number;
  /** Angle of the first node in radians, the same for all circles. */
  readonly first: number;
  readonly dimensions: number;
}

/** Linear between the nodes along each circle: a mixture of tents, one over each node and two steps wide, so points are drawn exactly. */
export function tableDensity({ values, bins, first, dimensions: d }: Table): TableDensity {
  const step = (2 * Math.PI) / bins;
  const total = Array.from(values).reduce((sum, v) => sum + v, 0);
  const indices = (node: number) => Array.from({ length: d }, (_, k) => Math.floor(node / bins ** (d - 1 - k)) % bins);
  const density = (angles: readonly number[]): number => {
    const places = angles.map((t) => (t - first) / step);
    let sum = 0;
    for (let corner = 0; corner < 2 ** d; corner++) {
      let [node, weight] = [0, 1];
      for (const place of places.map((p, k) => [Math.floor(p), p - Math.floor(p), (corner >> k) & 1])) {
        const [low, part, up] = place;
        node = node * bins + ((((low + up) % bins) + bins) % bins);
        weight *= up === 1 ? part : 1 - part;
      }
      sum += weight * values[node];
    }
    return sum / (total * step ** d);
  };
  const cumulative = Float64Array.from(values);
  for (let i = 1; i < cumulative.length; i++) cumulative[i] += cumulative[i - 1];
  const nodeAt = (mass: number): number => {
    let [low, high] = [0, cumulative.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle] > mass) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return {
    energy: (x) => {
      const angles = tf.tidy(() => anglesOf(x as Tensor2D).arraySync());
      return tf.tensor1d(angles.map((row) => -Math.log(density(row)))) as Tensor1D;
    },
    draw: (n, { uniform }) =>
      Array.from({ length: n }, () => indices(nodeAt(uniform() * total)).map((i) => first + step * (i + uniform() + uniform() - 1))),
  };
}
