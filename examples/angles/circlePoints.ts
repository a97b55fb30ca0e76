import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { fromAngles } from 'tfjs-mvl';

/** Rows of d angles in radians as rows (cos t₁, sin t₁, …) of points. */
export const circlePoints = (angles: readonly (readonly number[])[]): number[][] =>
  tf.tidy(() => (fromAngles(tf.tensor2d(angles as number[][])) as Tensor2D).arraySync());
