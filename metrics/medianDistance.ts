import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { squaredDistances } from '../plugin/stein/squaredDistances.ts';

/** More points than these do not change a median by a percent. */
const ENOUGH = 1000;

/** The median distance between different points, of at most a thousand taken at equal steps. */
export async function medianDistance(x: Tensor2D): Promise<number> {
  const stride = Math.ceil(x.shape[0] / ENOUGH);
  const squares = tf.tidy(() => {
    const some = tf.stridedSlice(x, [0, 0], [x.shape[0], x.shape[1]], [stride, 1]) as Tensor2D;
    return squaredDistances(some, some);
  });
  const [rows, values] = [squares.shape[0], await squares.data()];
  squares.dispose();
  const above = values.filter((_, k) => k % rows > Math.floor(k / rows)).sort();
  const middle = (above[(above.length - 1) >> 1] + above[above.length >> 1]) / 2;
  if (middle > 0) return Math.sqrt(middle);
  throw new Error('ksdTest: half of the points coincide, so their median distance is 0; give a bandwidth.');
}
