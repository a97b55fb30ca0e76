/** An estimate in nats, and its standard error from the spread over points (NaN for a single one): not the error of what is averaged. */
export interface Nats {
  readonly value: number;
  readonly standardError: number;
}

/** Mean and its standard error. */
export function natsOf(values: Float64Array): Nats {
  const n = values.length;
  const value = values.reduce((sum, v) => sum + v, 0) / n;
  const variance = values.reduce((sum, v) => sum + (v - value) ** 2, 0) / (n - 1);
  return { value, standardError: Math.sqrt(variance / n) };
}

/** The standard deviation of values: of the replicates of a bootstrap, the standard error of what was replicated. */
export const deviationOf = (values: Float64Array): number => natsOf(values).standardError * Math.sqrt(values.length);
