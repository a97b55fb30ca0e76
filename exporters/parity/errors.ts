/** How far a tensor is from its reference. */
export interface ParityErrors {
  readonly maxAbsolute: number;
  /** Largest |value − reference| / max(|reference|, root mean square of the reference): entries near zero are judged by the tensor's scale. */
  readonly maxRelative: number;
}

/** Where neither is a number, both must be the same one of NaN, ∞ and −∞. */
export function parityErrors(values: ArrayLike<number>, reference: ArrayLike<number>): ParityErrors {
  if (values.length !== reference.length) return { maxAbsolute: Number.POSITIVE_INFINITY, maxRelative: Number.POSITIVE_INFINITY };
  let squares = 0;
  for (let i = 0; i < reference.length; i++) squares += reference[i] ** 2;
  const scale = Math.sqrt(squares / Math.max(1, reference.length));
  let maxAbsolute = 0;
  let maxRelative = 0;
  for (let i = 0; i < values.length; i++) {
    if (Object.is(values[i], reference[i]) || values[i] === reference[i]) continue;
    const difference = Math.abs(values[i] - reference[i]);
    const error = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    maxAbsolute = Math.max(maxAbsolute, error);
    maxRelative = Math.max(maxRelative, error / Math.max(Math.abs(reference[i]), scale, Number.MIN_VALUE));
  }
  return { maxAbsolute, maxRelative };
}

export const worse = (a: ParityErrors, b: ParityErrors): ParityErrors => ({
  maxAbsolute: Math.max(a.maxAbsolute, b.maxAbsolute),
  maxRelative: Math.max(a.maxRelative, b.maxRelative),
});
