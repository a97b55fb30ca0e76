import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { medianSquare } from '../plugin/stein/medianSquare.ts';
import { squaredDistances } from '../plugin/stein/squaredDistances.ts';

/** More points than these do not change a median by more than some percents. */
const ENOUGH = 500;

/** The median distance between different points, of some hundreds taken at equal steps: that of the median bandwidth of SVGD. Copies of a point do not count. */
export async function medianDistance(x: Tensor2D, where: string): Promise<number> {
  const stride = Math.ceil(x.shape[0] / ENOUGH);
  const middle = tf.tidy(() => {
    const some = tf.stridedSlice(x, [0, 0], [x.shape[0], x.shape[1]], [stride, 1]) as Tensor2D;
    return medianSquare(squaredDistances(some, some));
  });
  const [square] = await middle.data();
  middle.dispose();
  if (square > 0) return Math.sqrt(square);
  throw new Error(`${where}: the points coincide, so their median distance is 0; give a bandwidth.`);
}
