import { type Points, toPoints } from '../plugin/energy/points.ts';
import type { ValidationMetric } from '../plugin/training/fitOptions.ts';
import { type AnyEnergy, energyValues } from './energyValues.ts';
import { nodeMasses } from './logPartition.ts';
import { logSumExp } from './logSumExp.ts';
import type { Quadrature } from './quadrature.ts';
import { checkQuadrature, type Estimate, type QuadratureOptions, settle } from './settle.ts';

/**
 * A bump that a rule resolves is at least a cell wide, and so holds 2π times the mass of a cell at its peak's height. Where a point's cell alone
 * would hold this share, the point sits on a spike between the nodes, which both resolutions miss alike.
 */
const LARGEST_CELL = 0.2;

async function valuesOf(x: Points, energy: AnyEnergy, { manifold }: Quadrature): Promise<Float64Array> {
  const points = toPoints(manifold, x, 'negativeLogLikelihood(x)');
  const rows = (await points.data()) as Float32Array;
  if (points !== x) points.dispose();
  return energyValues(energy, rows, manifold.ambientDim as number, 'negativeLogLikelihood');
}

async function likelihoodOf(energy: AnyEnergy, x: Points, quadrature: Quadrature, options: QuadratureOptions): Promise<number> {
  checkQuadrature(quadrature, 'negativeLogLikelihood');
  const values = await valuesOf(x, energy, quadrature);
  const lowest = values.reduce((least, value) => Math.min(least, value));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return settle(quadrature, options, 'negativeLogLikelihood', async (rule): Promise<Estimate> => {
    const { logZ } = await nodeMasses(energy, rule, 'negativeLogLikelihood');
    const logCell = logSumExp(rule.logWeights) - Math.log(rule.size);
    const spike = Math.exp(logCell - lowest - logZ) > LARGEST_CELL;
    return { value: mean + logZ, unresolved: spike ? 'a point sits on a spike between the nodes' : undefined };
  });
}

/**
 * Mean of E(x) + log Z over points, in nats: the negative log-likelihood of the density exp(−E)/Z with respect to the manifold's volume. Uniform
 * density: `manifold.logVolume`.
 *
 * @param x points `[n, m]`
 * @throws as `logPartition`; for points that do not fit the manifold
 */
export const negativeLogLikelihood = (
  energy: AnyEnergy,
  x: Points,
  quadrature: Quadrature,
  options: QuadratureOptions = {},
): Promise<number> => likelihoodOf(energy, x, quadrature, options);

/** `negativeLogLikelihood` of the validation points as a measure of progress for `fit({ validation })`: `val_nll` in the history. */
export function likelihoodMetric(
  quadrature: Quadrature,
  { everyEpochs = 1, ...options }: QuadratureOptions & { readonly everyEpochs?: number } = {},
): ValidationMetric {
  return {
    name: 'nll',
    everyEpochs,
    evaluate: (model, points, tools) => {
      if (points === null)
        throw new Error('likelihoodMetric: there are no points to validate on; give fit validationData or validationSplit.');
      return likelihoodOf(tools ? { of: tools.energy } : model.energy, points, quadrature, options);
    },
  };
}
