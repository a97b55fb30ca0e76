/** A size that grows with named symbols: constant + Σ coefficient · symbol, for example 2·batch + 1. */
export interface AffineSize {
  readonly constant: number;
  readonly coefficients: Readonly<Record<string, number>>;
}

/** One entry of a shape: a number, or affine in the symbols of the graph's inputs. */
export type Size = number | AffineSize;

/** What the symbols stood for in one trace. */
export type Assignment = Readonly<Record<string, number>>;

export const symbol = (name: string): AffineSize => ({ constant: 0, coefficients: { [name]: 1 } });

export const isSymbolic = (size: unknown): size is AffineSize => typeof size === 'object' && size !== null && 'coefficients' in size;

/** The affine size through all `values`, or null where there is none; `assignments[0]` is the base, the next ones raise one symbol each. */
export function fitSize(values: readonly number[], assignments: readonly Assignment[]): Size | null {
  const base = assignments[0];
  const names = Object.keys(base);
  const coefficients: Record<string, number> = {};
  const scale = Math.max(...values.map(Math.abs));
  let constant = values[0];
  names.forEach((name, i) => {
    const slope = snap((values[i + 1] - values[0]) / (assignments[i + 1][name] - base[name]), scale);
    if (slope !== 0) coefficients[name] = slope;
    constant -= slope * base[name];
  });
  const size: Size = Object.keys(coefficients).length === 0 ? values[0] : { constant: snap(constant, scale), coefficients };
  const fits = assignments.every((assignment, i) => close(evaluateSize(size, assignment), values[i], scale));
  return fits ? size : null;
}

/** Inverses of float32 numbers miss the integers that they stand for by a rounding. What is small beside the values counts as 0, what is small as they are does not. */
const snap = (x: number, scale: number): number => {
  const whole = Math.round(x);
  return Math.abs(x - whole) < (whole === 0 ? Math.min(1e-5, 1e-6 * scale) : 1e-5) ? whole + 0 : x;
};

/** float32 constants such as 1/3 carry rounding; sizes are small integers, for which this is equality. */
const close = (a: number, b: number, scale: number): boolean =>
  a === b || (Number.isFinite(b) && Math.abs(a - b) <= 1e-6 * Math.max(Math.min(1e-3, scale), Math.abs(b)));

export function evaluateSize(size: Size, assignment: Assignment): number {
  if (!isSymbolic(size)) return size;
  return Object.entries(size.coefficients).reduce((sum, [name, coefficient]) => sum + coefficient * assignment[name], size.constant);
}

/** Elements of a tensor of a shape without open sizes. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export function formatSize(size: Size): string {
  if (!isSymbolic(size)) return String(size);
  const terms = Object.entries(size.coefficients).map(([name, coefficient]) => (coefficient === 1 ? name : `${coefficient}*${name}`));
  return [...terms, ...(size.constant === 0 ? [] : [String(size.constant)])].join('+');
}

export const sameSize = (a: Size, b: Size): boolean => formatSize(a) === formatSize(b);

export const sameShape = (a: readonly Size[], b: readonly Size[]): boolean =>
  a.length === b.length && a.every((size, i) => sameSize(size, b[i]));

const asAffine = (size: Size): AffineSize => (isSymbolic(size) ? size : { constant: size, coefficients: {} });

/** a + factor · b */
export function addSizes(a: Size, b: Size, factor = 1): Size {
  const [x, y] = [asAffine(a), asAffine(b)];
  const coefficients: Record<string, number> = { ...x.coefficients };
  for (const [name, coefficient] of Object.entries(y.coefficients)) coefficients[name] = (coefficients[name] ?? 0) + factor * coefficient;
  for (const name of Object.keys(coefficients)) if (coefficients[name] === 0) delete coefficients[name];
  const constant = x.constant + factor * y.constant;
  return Object.keys(coefficients).length === 0 ? constant : { constant, coefficients };
}

/** @throws Error where both sizes are symbolic: their product is not affine */
export function multiplySizes(a: Size, b: Size): Size {
  if (!isSymbolic(a)) return addSizes(0, b, a);
  if (!isSymbolic(b)) return addSizes(0, a, b);
  throw new Error(`the product of the open sizes ${formatSize(a)} and ${formatSize(b)} is needed; export with one of them fixed`);
}
