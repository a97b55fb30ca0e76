import { toSphere } from '../../examples/maps/places.ts';
import type { Events } from '../../examples/maps/splitEvents.ts';
import { type KernelDensityOptions, kernelDensity } from '../../plugin/index.ts';
import { BACKGROUND, FINEST } from './settings.ts';

export interface KernelResult {
  /** Width of the kernels in radians, by leaving one out. */
  readonly width: number;
  readonly validationNll: number;
  readonly testNll: number;
}

/** Kernels no narrower than `FINEST`: where places recur the likelihood has no limit but that. */
function estimate({ train, validation, test }: Events, options: KernelDensityOptions): KernelResult {
  const points = train.map(toSphere);
  const chosen = kernelDensity(points, options);
  const kde = chosen.kappa > FINEST ** -2 ? kernelDensity(points, { ...options, kappa: FINEST ** -2 }) : chosen;
  return {
    width: kde.kappa ** -0.5,
    validationNll: kde.negativeLogLikelihood(validation.map(toSphere)),
    testNll: kde.negativeLogLikelihood(test.map(toSphere)),
  };
}

/** Kernel density estimates with the bandwidth by cross-validation: as published, and over a share of the uniform density. */
export const kernelResults = (events: Events): { kde: KernelResult; kdeOverUniform: KernelResult } => ({
  kde: estimate(events, {}),
  kdeOverUniform: estimate(events, { background: BACKGROUND }),
});
