import { checkOptionNames } from '../plugin/checkOptionNames.ts';
import type { Quadrature } from './quadrature.ts';

export interface QuadratureOptions {
  /** The resolution rises until the result changes by no more than this, in nats. The last rule is then far more accurate. Default 1e-3. */
  readonly tolerance?: number;
  /** Most nodes to use. Default 2²⁰, enough on S² for bumps of width 0.004. */
  readonly maxNodes?: number;
}

/** A result at one resolution; `unresolved` says what the rule has certainly missed, if anything. */
export interface Estimate {
  readonly value: number;
  readonly unresolved?: string | undefined;
}

/** @throws TypeError where there is something else */
export function checkQuadrature(quadrature: Quadrature, where: string): void {
  if (typeof quadrature?.finer !== 'function')
    throw new TypeError(`${where}: expected a quadrature, such as sphereQuadrature(sphere(2)); got ${JSON.stringify(quadrature)}.`);
}

/**
 * Repeats an estimate at rising resolution until two in a row agree.
 *
 * @param where names the caller in errors
 * @throws TypeError where there is no quadrature; Error for unknown options, and where results do not agree within `maxNodes`
 */
export async function settle(
  quadrature: Quadrature,
  options: QuadratureOptions,
  where: string,
  estimate: (rule: Quadrature) => Promise<Estimate>,
): Promise<number> {
  checkQuadrature(quadrature, where);
  checkOptionNames(where, options, ['tolerance', 'maxNodes']);
  const { tolerance = 1e-3, maxNodes = 2 ** 20 } = options;
  if (!(tolerance > 0)) throw new RangeError(`${where}: tolerance must be a positive number of nats; got ${tolerance}.`);
  let rule = quadrature;
  let coarse = await estimate(rule);
  for (;;) {
    const next = rule.finer();
    if (next.size > maxNodes)
      throw new Error(
        `${where}: the energy is too sharp for ${rule.size} nodes on ${rule.manifold.name} (${coarse.unresolved ?? `estimate ${coarse.value} nats, not settled to ${tolerance}`}). ` +
          'Raise maxNodes or tolerance, or smooth the data more before training.',
      );
    const fine = await estimate(next);
    if (Math.abs(fine.value - coarse.value) <= tolerance && fine.unresolved === undefined) return fine.value;
    [rule, coarse] = [next, fine];
  }
}
