/** log Σ exp(valueᵢ) in double precision; −∞ for no values. */
export function logSumExp(values: ArrayLike<number>): number {
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) greatest = Math.max(greatest, values[i]);
  if (!Number.isFinite(greatest)) return greatest;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i] - greatest);
  return greatest + Math.log(sum);
}
