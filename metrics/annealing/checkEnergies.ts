import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { AnnealingBase, GivenEnergy } from './base.ts';

/** @throws Error where an energy does not give one number for each point */
export function checkEnergies(energy: GivenEnergy, base: AnnealingBase, x: Tensor2D, given: Tensor2D, where: string): void {
  for (const [name, fn] of [['the energy', energy] as const, ['the energy of the base', base.energy] as const]) {
    const { shape } = tf.tidy(() => {
      const values = fn(x, given);
      return { shape: values.shape };
    });
    if (shape.length !== 1 || shape[0] !== x.shape[0])
      throw new Error(`${where}: for ${x.shape[0]} points ${name} gave shape [${shape.join(', ')}]; expected [${x.shape[0]}].`);
  }
}
