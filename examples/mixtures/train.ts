import * as tf from '@tensorflow/tfjs';
import { type EnergyModel, energyModel, klDivergence, mlpEnergy, mvlRld, sphereQuadrature } from 'tfjs-mvl';
import type { Mixture } from './vonMisesFisherMixture.ts';

export interface MixtureOptions {
  readonly samples: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly hidden: readonly number[];
  readonly seed: number;
}

/** KL(p‖q) in nats, by quadrature. */
export interface MixtureResult {
  readonly model: EnergyModel;
  /** Before training. */
  readonly klAtStart: number;
  readonly kl: number;
}

/** Learns a mixture from samples of it by MVL-RLD, and measures how far the learnt density is from the true one. */
export async function trainMixture(mixture: Mixture, { samples, steps, batchSize, hidden, seed }: MixtureOptions): Promise<MixtureResult> {
  const { manifold, energy } = mixture;
  const quadrature = sphereQuadrature(manifold);
  const model = energyModel({ manifold, network: mlpEnergy({ manifold, hidden, seed }), seed });
  const divergence = () => klDivergence(energy, model.energy, quadrature, { tolerance: 1e-4 });

  model.compile({ optimizer: tf.train.adam(), loss: mvlRld({ manifold, noise: 'rademacher' }) });
  const klAtStart = await divergence();
  await model.fit(mixture.sample(samples, seed), {
    epochs: Math.ceil((steps * batchSize) / samples),
    batchSize,
    learningRate: (progress) => 0.01 * Math.cos((Math.PI / 2) * progress) ** 2,
    averaging: 0.99,
    verbose: 0,
  });
  return { model, klAtStart, kl: await divergence() };
}
