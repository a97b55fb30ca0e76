import type { ModelCard } from './card.ts';

/**
 * Points: n rows of m numbers; or the numbers alone in row-major order; or these with a shape `[n, m]`, as onnxruntime's tensors and the
 * results of `score` and `sample` have.
 */
export type PointsInput =
  | readonly ArrayLike<number>[]
  | Float32Array
  | { readonly data: Float32Array | readonly number[]; readonly dims: readonly number[] };

/** An onnxruntime tensor whose numbers may be on a GPU. */
interface Shaped {
  readonly data: ArrayLike<number>;
  readonly dims: readonly number[];
  readonly type?: string;
  readonly location?: string;
  getData?(): Promise<ArrayLike<number>>;
}

const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

/** One check of a manifold: what is wrong with a row, or null. */
type RowCheck = (row: Float32Array) => string | null;

/** Coordinates rounded to four decimals are still taken; degrees and rows not normalised are not. */
const NORM_TOLERANCE = 1e-3;

const unit: RowCheck = (row) => {
  const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  return Math.abs(norm - 1) <= NORM_TOLERANCE
    ? null
    : `has norm ${norm.toPrecision(6)}, expected 1 within ${NORM_TOLERANCE}. Normalise the rows first`;
};

/** By the first word of the manifold's name. */
const ROW_CHECKS: Readonly<Record<string, RowCheck>> = { sphere: unit };

const show = (row: Float32Array): string =>
  `[${Array.from(row.subarray(0, 6), (value) => Number(value.toPrecision(6))).join(', ')}${row.length > 6 ? ', …' : ''}]`;

const copy = (numbers: ArrayLike<number>): Float32Array<ArrayBuffer> => Float32Array.from(numbers);

/**
 * Checks points and copies them, so that the caller may reuse the array at once.
 *
 * @param where who asks, as the message begins: `energy(x)`
 * @returns n × m numbers in row-major order
 * @throws TypeError for another kind of value or number type; RangeError for a wrong shape, ragged or no rows, values that are not finite
 *   single-precision numbers, and points off the manifold
 */
export async function readPoints(
  x: PointsInput,
  card: Pick<ModelCard, 'dim' | 'manifold'>,
  where: string,
): Promise<Float32Array<ArrayBuffer>> {
  const points = await flatten(x, card.dim, where, `points of ${card.manifold} as rows of ${card.dim} numbers, n ≥ 1 of them`);
  const check = ROW_CHECKS[card.manifold.split(':')[0]];
  for (let at = 0; at < points.length; at += card.dim) {
    const row = points.subarray(at, at + card.dim);
    const bad = row.findIndex((value) => !Number.isFinite(value));
    const fault = bad < 0 ? check?.(row) : `has a value in column ${bad} that is not a finite float32 number. Remove or repair such rows`;
    if (fault) throw new RangeError(`${where}: row ${at / card.dim} of ${points.length / card.dim}, ${show(row)}, ${fault}.`);
  }
  return points;
}

async function flatten(x: PointsInput, m: number, where: string, expected: string): Promise<Float32Array<ArrayBuffer>> {
  const shape = (got: string, hint = '') => new RangeError(`${where}: expected ${expected}; got ${got}.${hint}`);
  const type = (got: string, hint = '') => new TypeError(`${where}: expected ${expected}, as float32; got ${got}.${hint}`);
  if (x === null || typeof x !== 'object') throw type(x === null ? 'null' : typeof x);
  if ('arraySync' in x) throw type('a tfjs tensor', ' Pass `await x.array()`: the runtime does not know tfjs.');
  if (Array.isArray(x)) {
    if (x.length === 0) throw shape('no rows');
    if (typeof x[0] === 'number') throw shape(`${x.length} numbers in one list`, ' One point is a list of one row: [[…]].');
    const ragged = x.findIndex((row: ArrayLike<number>) => row?.length !== m);
    if (ragged >= 0) throw shape(`row ${ragged} with ${x[ragged]?.length ?? 'no'} numbers`);
    const points = new Float32Array(x.length * m);
    x.forEach((row: ArrayLike<number>, i) => {
      points.set(row, i * m);
    });
    return points;
  }
  const { data, dims, type: element = 'float32', location = 'cpu', getData } = x as Shaped;
  if (Array.isArray(dims)) {
    if (dims.length !== 2 || dims[1] !== m || !(dims[0] >= 1)) throw shape(`a tensor of shape [${dims.join(', ')}]`);
    const numbers = location === 'cpu' || getData === undefined ? data : await getData.call(x);
    if (element !== 'float32' || !['Float32Array', 'Array'].includes(tagOf(numbers))) throw type(`${element} in a ${tagOf(numbers)}`);
    if (numbers.length !== dims[0] * m) throw shape(`${numbers.length} numbers with the shape [${dims.join(', ')}]`);
    return copy(numbers);
  }
  if (tagOf(x) !== 'Float32Array') throw type(`${tagOf(x)}`, ' Convert it with Float32Array.from(x).');
  const { length } = x as Float32Array;
  if (length === 0 || length % m !== 0) throw shape(`${length} numbers, which is not a positive multiple of ${m}`);
  return copy(x as Float32Array);
}
