import { type DeviceTensor, numbersOf } from '../ort.ts';
import { ARRAYS, type Block, sizeOf, type TensorType } from './tensors.ts';

/** Numbers nested as the shape is, such as rows. */
export type NestedNumbers = number | boolean | ArrayLike<number> | readonly NestedNumbers[];

/** Rows or deeper lists of numbers; a typed array in row-major order; these with a shape, as onnxruntime's tensors have; or a number. */
export type TrainInput = NestedNumbers | { readonly data: ArrayLike<number>; readonly dims: readonly number[] };

export interface Copied {
  readonly values: Block['values'];
  /** null: numbers in a row, whose shape is what is asked for. */
  readonly dims: readonly number[] | null;
}

interface Nested {
  readonly length: number;
  readonly [index: number]: unknown;
}

const isTyped = (value: unknown): value is ArrayLike<number> => ArrayBuffer.isView(value) && !(value instanceof DataView);

/** The shape of nested lists as their first entries tell; null where these end in something else than a number. */
function dimsOf(value: unknown): number[] | null {
  const dims: number[] = [];
  let inner = value;
  for (; typeof inner === 'object' && inner !== null && (Array.isArray(inner) || isTyped(inner)); inner = (inner as Nested)[0])
    dims.push(inner.length);
  return typeof inner === 'number' || typeof inner === 'boolean' ? dims : null;
}

/** Writes nested numbers one behind the other. @returns the place after them; NaN where a list is longer or shorter than the first of its depth */
function spread(value: unknown, dims: readonly number[], into: Block['values'], at: number, axis = 0): number {
  if (axis === dims.length) {
    into[at] = value as number;
    return typeof value === 'number' || typeof value === 'boolean' ? at + 1 : Number.NaN;
  }
  const list = value as Nested | null | undefined;
  if (list?.length !== dims[axis]) return Number.NaN;
  let next = at;
  for (let i = 0; i < dims[axis]; i++) next = spread(list[i], dims, into, next, axis + 1);
  return next;
}

/**
 * A copy of what was given, so that the caller may use the array anew at once.
 *
 * @param where who asks, as messages begin
 * @param wanted the dtype and shape that are asked for, as messages end
 * @throws TypeError for other kinds of value, and for fractions where integers are asked for; RangeError for ragged or empty lists
 */
export async function copyNumbers(value: TrainInput, dtype: TensorType, where: string, wanted: string): Promise<Copied> {
  const given: unknown = value;
  if (typeof given === 'object' && given !== null && 'arraySync' in given)
    throw new TypeError(`${where}: got a tfjs tensor. Pass \`await x.array()\`: the runtime does not know tfjs.`);
  const shaped = typeof given === 'object' && given !== null && 'dims' in given && Array.isArray(given.dims);
  const numbers: unknown = shaped ? await numbersOf(given as DeviceTensor) : given;
  const flat = isTyped(numbers) || (shaped && Array.isArray(numbers));
  const dims = flat ? [(numbers as Nested).length] : dimsOf(numbers);
  if (dims === null || Object.prototype.toString.call(numbers).includes('Big'))
    throw new TypeError(`${where}: expected numbers, lists of them or a typed array; got ${describe(numbers)}. The input is ${wanted}.`);
  const values = new ARRAYS[dtype](sizeOf(dims));
  if (isTyped(numbers)) values.set(numbers);
  else if (Number.isNaN(spread(numbers, dims, values, 0)))
    throw new RangeError(`${where}: the lists are ragged, or hold something else than numbers. The input is ${wanted}.`);
  if (dtype !== 'float32') checkWhole(numbers, dtype, values, dims, where);
  return { values, dims: shaped ? (given as DeviceTensor).dims : flat ? null : dims };
}

/** A fraction, or a truth value other than 0 and 1, would be rounded without a word. */
function checkWhole(numbers: unknown, dtype: TensorType, values: Block['values'], dims: readonly number[], where: string): void {
  const exact = new Float64Array(values.length);
  spread(numbers, dims, exact as unknown as Block['values'], 0);
  const wrong = exact.findIndex((x, i) => x !== values[i] || (dtype === 'bool' && x > 1));
  if (wrong >= 0) throw new TypeError(`${where}: expected ${dtype} values; number ${wrong} of ${exact.length} is ${exact[wrong]}.`);
}

function describe(value: unknown): string {
  if (Array.isArray(value))
    return dimsOf(value)?.includes(0) || value.length === 0 ? 'an empty list' : `a list that begins with ${describe(value[0])}`;
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return tag === 'Object' ? `an object with ${Object.keys(value).join(', ') || 'nothing in it'}` : tag;
}
