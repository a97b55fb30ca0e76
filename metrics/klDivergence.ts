import type { AnyEnergy } from './energyValues.ts';
import { nodeMasses } from './logPartition.ts';
import type { Quadrature } from './quadrature.ts';
import { type QuadratureOptions, settle } from './settle.ts';

/**
 * KL(p‖q) = ∫ p log(p/q) in nats, by quadrature, for p ∝ exp(−P) and q ∝ exp(−Q). Both are normalised by the same rule, so a known
 * log-density is given as its negative, with or without its constant.
 *
 * @param p the energy P, for example of the true density
 * @param q the energy Q, for example of a model
 * @throws as `logPartition`
 */
export function klDivergence(p: AnyEnergy, q: AnyEnergy, quadrature: Quadrature, options: QuadratureOptions = {}): Promise<number> {
  return settle(quadrature, options, 'klDivergence', async (rule) => {
    const [ofP, ofQ] = [await nodeMasses(p, rule, 'klDivergence(p)'), await nodeMasses(q, rule, 'klDivergence(q)')];
    const shift = ofQ.logZ - ofP.logZ;
    const terms = ofP.logTerms.map((term, i) => {
      const mass = Math.exp(term - ofP.logZ);
      return mass === 0 ? 0 : mass * (term - ofQ.logTerms[i] + shift);
    });
    return { value: terms.reduce((sum, term) => sum + term, 0) };
  });
}
