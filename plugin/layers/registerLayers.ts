import * as tf from '@tensorflow/tfjs';
import { RandomFourierFeatures } from './RandomFourierFeatures.ts';
import { SphericalBumps } from './SphericalBumps.ts';

/** Makes this package's layers known to `tf.loadLayersModel`. May be called again. */
export function registerLayers(): void {
  tf.serialization.registerClass(RandomFourierFeatures);
  tf.serialization.registerClass(SphericalBumps);
}
