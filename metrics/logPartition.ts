import { type AnyEnergy, energyValues } from './energyValues.ts';
import { logSumExp } from './logSumExp.ts';
import type { Quadrature } from './quadrature.ts';
import { type QuadratureOptions, settle } from './settle.ts';

/** log of the share of the rule's integral ∫ exp(−E) that each node stands for, and log ∫ itself, in nats. */
export interface NodeMasses {
  readonly logZ: number;
  /** log weight − E at the nodes, `[size]`. */
  readonly logTerms: Float64Array;
}

/** @throws as `energyValues`; where the density vanishes at every node */
export async function nodeMasses(energy: AnyEnergy, rule: Quadrature, where: string): Promise<NodeMasses> {
  const logTerms = await energyValues(energy, rule.points, rule.manifold.ambientDim as number, where);
  for (let i = 0; i < logTerms.length; i++) logTerms[i] = rule.logWeights[i] - logTerms[i];
  const logZ = logSumExp(logTerms);
  if (logZ === Number.NEGATIVE_INFINITY) throw new Error(`${where}: the energy is +∞ at all ${rule.size} nodes: there is no density.`);
  return { logZ, logTerms };
}

/**
 * log Z = log ∫ exp(−E) dvol in nats, by quadrature; the network runs in float32, sums in double precision.
 *
 * @throws where the energy is sharper than `maxNodes` can resolve, is NaN or −∞ somewhere, or gives a wrong shape
 */
export const logPartition = (energy: AnyEnergy, quadrature: Quadrature, options: QuadratureOptions = {}): Promise<number> =>
  settle(quadrature, options, 'logPartition', async (rule) => ({ value: (await nodeMasses(energy, rule, 'logPartition')).logZ }));
