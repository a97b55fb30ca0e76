/**
 * Variational inference with laws that have samples and no density: a posterior whose moments are known, and two shapes that no normal law has.
 * `npx tsx examples/implicitVi/main.ts`
 */
import * as tf from '@tensorflow/tfjs';
import { divergenceOf, momentErrors } from './compare.ts';
import { type FitOptions, fitSampler, type Sampler } from './fit.ts';
import { banana, bayesianRegression, type Target, twoModes } from './targets.ts';

tf.enableProdMode();
await tf.ready();

const settings = { batch: 256, rate: 5e-3, seed: 1 };
let failed = false;

async function fitted<Result>(target: Target, options: FitOptions, measure: (sampler: Sampler) => Promise<Result>): Promise<Result> {
  const sampler = await fitSampler(target, options);
  const result = await measure(sampler);
  await sampler.dispose();
  return result;
}

const regression = bayesianRegression();
const errors = await fitted(regression, { ...settings, noise: 4, steps: 2500 }, async (sampler) =>
  momentErrors(await sampler.draw(100_000, 2), regression),
);
console.log(
  `${regression.name}: means off by ${errors.mean.toFixed(3)} deviations at most, covariances by ${errors.covariance.toFixed(3)} of two deviations`,
);
failed ||= errors.mean > 0.05 || errors.covariance > 0.1;

for (const target of [banana, twoModes]) {
  const divergence = await fitted(target, { ...settings, noise: 2, steps: 4000 }, async (sampler) =>
    divergenceOf(await sampler.draw(500_000, 2), target),
  );
  console.log(`${target.name}: KL(q‖p) = ${divergence.toFixed(4)} nats`);
  failed ||= Math.abs(divergence) > 0.02;
}

if (failed) process.exitCode = 1;
