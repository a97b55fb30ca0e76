import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradient } from './gradient.ts';

/** Each is the transpose of the other. Not in tfjs. */
const GatherNd = gradient('GatherNd', ['params', 'indices'], (dy, [params, indices]) => ({
  params: () => tf.scatterND(indices as tf.Tensor<tf.Rank>, dy, params.shape) as Tensor,
}));

const ScatterNd = gradient('ScatterNd', ['indices'], (dy, [indices]) => ({ updates: () => tf.gatherND(dy, indices) as Tensor }));

export const gathering: readonly GradConfig[] = [GatherNd, ScatterNd];
