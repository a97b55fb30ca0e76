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

/**
 * Repeats an estimate at rising resolution until two in a row agree.
 *
 * @param where names the caller in errors
 * @throws where they do not agree within `maxNodes`
 */
export async function settle(
  quadrature: Quadrature,
  { tolerance = 1e-3, maxNodes = 2 ** 20 }: QuadratureOptions,
  where: string,
  estimate: (rule: Quadrature) => Promise<Estimate>,
): Promise<number> {
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
