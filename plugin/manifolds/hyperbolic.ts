import { checkDimension } from './checkDimension.ts';
import { lorentz } from './lorentz.ts';
import type { Manifold } from './manifold.ts';
import { poincare } from './poincare.ts';

export interface HyperbolicOptions {
  /** `lorentz` (default): points of R^(n+1) on the upper sheet of −x₀² + x₁² + … = −1. `poincare`: points of the open unit ball of R^n. */
  readonly model?: 'lorentz' | 'poincare';
}

const models = { lorentz, poincare };

/**
 * Hyperbolic space H^n of curvature −1. Its names are `hyperbolic:n` in the Lorentz model and `poincare:n` in the other.
 *
 * There is no cut locus. Distances r from the origin cost digits: short distances out there have relative errors of about 6e-8 e^(2r). `project` moves
 * x₀ alone in the Lorentz model, and keeps points of the ball 1e-5 away from its boundary (12.2 from the origin).
 *
 * @param n intrinsic dimension, at least 1
 * @throws RangeError where n is not a positive integer; Error for unknown models
 */
export function hyperbolic(n: number, { model = 'lorentz' }: HyperbolicOptions = {}): Manifold {
  if (!Object.hasOwn(models, model)) throw new Error(`hyperbolic: unknown model "${model}"; expected "lorentz" or "poincare".`);
  return models[model](checkDimension('hyperbolic', n));
}
