import { sphere } from '../plugin/manifolds/sphere.ts';
import { gaussLegendre } from './gaussLegendre.ts';

/** Enough for fifteen digits at every concentration: the integrand is smooth and never narrower than a tenth of the interval. */
const RULE = gaussLegendre(96);

/** Beyond angles with κ(1 − cos θ) = 2κ sin²(θ/2) ≥ 2κ(θ/π)² = 40 the integrand is below e⁻⁴⁰. */
const reach = (kappa: number): number => Math.min(Math.PI, Math.PI * Math.sqrt(20 / kappa));

/** log ∫₀^π exp(κ(cos θ − 1)) sinⁿ⁻¹θ dθ. */
function logPolarIntegral(n: number, kappa: number): number {
  const end = kappa > 0 ? reach(kappa) : Math.PI;
  let sum = 0;
  for (const [i, t] of RULE.nodes.entries()) {
    const angle = (end * (t + 1)) / 2;
    sum += RULE.weights[i] * Math.exp(-2 * kappa * Math.sin(angle / 2) ** 2) * Math.sin(angle) ** (n - 1);
  }
  return Math.log((sum * end) / 2);
}

/**
 * log ∫ exp(κ(⟨μ, x⟩ − 1)) dvol over Sⁿ, the normaliser of the von Mises–Fisher density exp(κ⟨μ, x⟩) apart from the factor e^κ, which would overflow.
 * On S²: log(2π(1 − e^(−2κ))/κ). Mardia & Jupp 2000, §9.3.2.
 *
 * @param n dimension of the sphere, at least 1
 * @param kappa concentration κ ≥ 0
 */
export const vonMisesFisherNormaliser = (n: number, kappa: number): number =>
  (sphere(n).logVolume as number) + logPolarIntegral(n, kappa) - logPolarIntegral(n, 0);
