import * as tf from '@tensorflow/tfjs';

/** Points `[n, m]` that are the same each time. */
export const points = (n: number, m: number): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: n * m }, (_, i) => Math.sin(3 * i + 1)),
    [n, m],
  );
