import { logPartition as partition } from '../metrics/logPartition.ts';
import { likelihoodMetric } from '../metrics/negativeLogLikelihood.ts';
import { quadratureOf } from '../metrics/quadratureOf.ts';
import type { EnergyModel, Manifold, ValidationMetric } from '../plugin/index.ts';

/** Evaluations in a run: each costs as much as some steps of training. */
const EVALUATIONS = 10;

/** Training needs the digits that tell one epoch from another, not more. */
const ROUGH = { tolerance: 1e-2, maxNodes: 2 ** 18 };

/**
 * The negative log-likelihood of the validation points in the course of training, where there is a quadrature rule; null elsewhere. An energy
 * too sharp to be normalised counts as infinitely bad: it is not one to keep.
 */
export function validationNll(manifold: Manifold, epochs: number): ValidationMetric | null {
  const quadrature = quadratureOf(manifold);
  if (quadrature === null) return null;
  const metric = likelihoodMetric(quadrature, { ...ROUGH, everyEpochs: Math.ceil(epochs / EVALUATIONS) });
  const evaluate: ValidationMetric['evaluate'] = async (model, points, tools) => {
    try {
      return await metric.evaluate(model, points, tools);
    } catch {
      return Number.POSITIVE_INFINITY;
    }
  };
  return { ...metric, evaluate };
}

/** log Z of a model in nats; null where there is no rule for its manifold, or the energy is too sharp for it. */
export async function logPartition({ manifold, energy }: EnergyModel): Promise<number | null> {
  const quadrature = quadratureOf(manifold);
  return quadrature && partition(energy, quadrature).catch(() => null);
}
