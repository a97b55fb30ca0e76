import * as tf from '@tensorflow/tfjs';
import { EnergyHead } from './EnergyHead.ts';
import { GatedFourierFeatures } from './GatedFourierFeatures.ts';
import { ManifoldNoise } from './ManifoldNoise.ts';
import { ObjectiveLayer } from './ObjectiveLayer.ts';
import { PeriodicFeatures } from './PeriodicFeatures.ts';
import { RandomFourierFeatures } from './RandomFourierFeatures.ts';
import { ScoreLayer } from './ScoreLayer.ts';
import { SphereProjection } from './SphereProjection.ts';
import { SphericalBumps } from './SphericalBumps.ts';

/** Makes this package's layers known to `tf.loadLayersModel`. May be called again. */
export function registerLayers(): void {
  tf.serialization.registerClass(EnergyHead);
  tf.serialization.registerClass(GatedFourierFeatures);
  tf.serialization.registerClass(ManifoldNoise);
  tf.serialization.registerClass(ObjectiveLayer);
  tf.serialization.registerClass(PeriodicFeatures);
  tf.serialization.registerClass(RandomFourierFeatures);
  tf.serialization.registerClass(ScoreLayer);
  tf.serialization.registerClass(SphereProjection);
  tf.serialization.registerClass(SphericalBumps);
}
