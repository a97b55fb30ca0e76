import { register as repairGradients } from './gradients/register.ts';
import { registerLayers } from './layers/registerLayers.ts';

/** Repairs tfjs's second derivatives and makes this package's layers known to `tf.loadLayersModel`. Idempotent; everything here that needs it calls it. */
export function register(): void {
  repairGradients();
  registerLayers();
}
