/** JSON that keeps Infinity and NaN, as `{"number": "Infinity"}`; all other numbers come back bit for bit from plain JSON. */
export const toExactJson = (value: unknown): string =>
  JSON.stringify(value, (_key, v) => (typeof v === 'number' && !Number.isFinite(v) ? { number: String(v) } : v));

/** Reads what `toExactJson` wrote. */
export const fromExactJson = (text: string): unknown =>
  JSON.parse(text, (_key, v) => (v !== null && typeof v === 'object' && typeof v.number === 'string' ? Number(v.number) : v));
