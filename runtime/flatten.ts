import { type DeviceTensor, numbersOf } from './ort.ts';

/**
 * Points: n rows of m numbers; or the numbers alone in row-major order; or these with a shape `[n, m]`, as onnxruntime's tensors and the
 * results of `score` and `sample` have.
 */
export type PointsInput =
  | readonly ArrayLike<number>[]
  | Float32Array
  | { readonly data: Float32Array | readonly number[]; readonly dims: readonly number[] };

/** An onnxruntime tensor, or something with its numbers and shape. */
type Shaped = Omit<DeviceTensor, 'type'> & { readonly type?: string };

/** By tag, not by class: a page's frames and test runners have typed arrays of their own. */
const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

/** How a refusal is worded: what came, and what to do. */
interface Refuse {
  shape(got: string, hint?: string): RangeError;
  type(got: string, hint?: string): TypeError;
}

function fromRows(rows: readonly ArrayLike<number>[], m: number, refuse: Refuse): Float32Array<ArrayBuffer> {
  if (rows.length === 0) throw refuse.shape('no rows');
  if (typeof rows[0] === 'number') throw refuse.shape(`${rows.length} numbers in one list`, ' One point is a list of one row: [[…]].');
  const ragged = rows.findIndex((row) => row?.length !== m);
  if (ragged >= 0) throw refuse.shape(`row ${ragged} with ${rows[ragged]?.length ?? 'no'} numbers`);
  const points = new Float32Array(rows.length * m);
  rows.forEach((row, i) => {
    points.set(row, i * m);
  });
  return points;
}

async function fromTensor(tensor: Shaped, m: number, refuse: Refuse): Promise<Float32Array<ArrayBuffer>> {
  const { dims, type = 'float32' } = tensor;
  if (dims.length !== 2 || dims[1] !== m || !(dims[0] >= 1)) throw refuse.shape(`a tensor of shape [${dims.join(', ')}]`);
  const numbers = (await numbersOf(tensor)) as ArrayLike<number>;
  if (type !== 'float32' || !['Float32Array', 'Array'].includes(tagOf(numbers)))
    throw refuse.type(`${type} numbers in a ${tagOf(numbers)}`);
  if (numbers.length !== dims[0] * m) throw refuse.shape(`${numbers.length} numbers with the shape [${dims.join(', ')}]`);
  return Float32Array.from(numbers);
}

/**
 * Copies points into one array.
 *
 * @param m columns of a point
 * @param where who asks, as messages begin
 * @param expected what is asked for, for messages
 * @throws TypeError for another kind of value or number type; RangeError for a wrong shape, ragged rows or none
 */
export async function flatten(x: PointsInput, m: number, where: string, expected: string): Promise<Float32Array<ArrayBuffer>> {
  const refuse: Refuse = {
    shape: (got, hint = '') => new RangeError(`${where}: expected ${expected}; got ${got}.${hint}`),
    type: (got, hint = '') => new TypeError(`${where}: expected ${expected}, as float32; got ${got}.${hint}`),
  };
  if (x === null || typeof x !== 'object') throw refuse.type(x === null ? 'null' : typeof x);
  if ('arraySync' in x) throw refuse.type('a tfjs tensor', ' Pass `await x.array()`: the runtime does not know tfjs.');
  if (Array.isArray(x)) return fromRows(x, m, refuse);
  if (Array.isArray((x as Shaped).dims)) return fromTensor(x as Shaped, m, refuse);
  if (tagOf(x) !== 'Float32Array') throw refuse.type(tagOf(x), ' Pass rows of numbers, or Float32Array.from(x).');
  const { length } = x as Float32Array;
  if (length === 0 || length % m !== 0) throw refuse.shape(`${length} numbers, not a positive multiple of ${m}`);
  return Float32Array.from(x as Float32Array);
}
