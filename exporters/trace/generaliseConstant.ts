import type { Node } from '../ir/node.ts';
import { type Assignment, fitSize, isSymbolic, type Size } from '../ir/size.ts';
import { makeConstant, makeValue, uniformValue, type Value } from '../ir/value.ts';
import { Ungeneralisable } from './ungeneralisable.ts';

interface Generalised {
  readonly value: Value;
  readonly nodes: readonly Node[];
}

/**
 * A constant that may depend on the symbols, as a value and the nodes that make it. In the order tried: the same in all traces;
 * affine in the sizes, entry by entry (a size used as a number); inversely proportional to one size (a mean); of one value and a
 * symbolic shape (`tf.ones([batch, 3])`); an arithmetic progression up to a size (`tf.range`); rows that repeat along a symbolic axis.
 */
export function generaliseConstant(versions: readonly Value[], assignments: readonly Assignment[], where: () => string): Generalised {
  const shape = shapeOf(versions, assignments);
  const rules = [same, affine, reciprocal, filled, counted, repeated];
  for (const rule of rules) {
    const result = shape && rule(versions, assignments, shape);
    if (result) return result;
  }
  throw new Ungeneralisable(`${where()} changes between traces in a way that depends on more than the sizes`);
}

type Rule = (versions: readonly Value[], assignments: readonly Assignment[], shape: readonly Size[]) => Generalised | null;

const dataOf = (value: Value): ArrayLike<number> => value.constant as ArrayLike<number>;
const staticShape = (value: Value): readonly number[] => value.shape as readonly number[];
const isStatic = (shape: readonly Size[]): boolean => !shape.some(isSymbolic);

function shapeOf(versions: readonly Value[], assignments: readonly Assignment[]): Size[] | null {
  const rank = staticShape(versions[0]).length;
  if (versions.some((version) => staticShape(version).length !== rank)) return null;
  const sizes = staticShape(versions[0]).map((_, axis) =>
    fitSize(
      versions.map((version) => staticShape(version)[axis]),
      assignments,
    ),
  );
  return sizes.some((size) => size === null) ? null : (sizes as Size[]);
}

const same: Rule = (versions, _assignments, shape) => {
  const [first, ...others] = versions.map(dataOf);
  if (!isStatic(shape) || !others.every((data) => equal(data, first))) return null;
  return { value: versions[0], nodes: [] };
};

function equal(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return a.length === b.length;
}

/** A node that the tfjs tracer has no kernel for: sizes turned into a tensor. Lowered by `SymbolicConstant`. */
function symbolicConstant(version: Value, entries: readonly Size[], reciprocal: boolean): Generalised {
  const value = makeValue(version.dtype, version.shape, 'size');
  return { value, nodes: [{ op: 'SymbolicConstant', inputs: [], inputNames: [], attributes: { entries, reciprocal }, outputs: [value] }] };
}

const affine: Rule = (versions, assignments, shape) => {
  if (!isStatic(shape)) return null;
  const entries = Array.from(dataOf(versions[0]), (_, i) =>
    fitSize(
      versions.map((version) => dataOf(version)[i]),
      assignments,
    ),
  );
  return entries.some((entry) => entry === null) ? null : symbolicConstant(versions[0], entries as Size[], false);
};

const reciprocal: Rule = (versions, assignments, shape) => {
  if (!isStatic(shape)) return null;
  const inverses = versions.map((version) => Array.from(dataOf(version), (x) => 1 / x));
  const entries = inverses[0].map((_, i) =>
    fitSize(
      inverses.map((inverse) => inverse[i]),
      assignments,
    ),
  );
  return entries.some((entry) => entry === null) ? null : symbolicConstant(versions[0], entries as Size[], true);
};

const filled: Rule = (versions, assignments, shape) => {
  const numbers = versions.map(uniformValue);
  if (numbers.some((number) => number === null)) return null;
  const scalars = versions.map((version, i) => makeConstant(Float64Array.of(numbers[i] as number), version.dtype, []));
  const scalar = [same, affine, reciprocal].map((rule) => rule(scalars, assignments, [])).find((result) => result !== null);
  if (!scalar) return null;
  return broadcast(typedScalar(scalar, versions[0]), shape, versions[0]);
};

/** `filled` compares in float64; the graph's constant has the array type of its dtype. */
function typedScalar(scalar: Generalised, like: Value): Generalised {
  if (scalar.value.constant === null) return scalar;
  const data = (like.constant as Float32Array).slice(0, 1);
  return { value: makeConstant(data, like.dtype, [], 'fill'), nodes: [] };
}

function broadcast(source: Generalised, shape: readonly Size[], like: Value): Generalised {
  const value = makeValue(like.dtype, shape, 'fill');
  const node: Node = { op: 'BroadcastTo', inputs: [source.value], inputNames: ['x'], attributes: { shape }, outputs: [value] };
  return { value, nodes: [...source.nodes, node] };
}

/** The step of an arithmetic progression over the flattened data, or null. */
function progression(version: Value): number | null {
  const data = dataOf(version);
  const step = data[1] - data[0];
  for (let i = 1; i < data.length; i++) if (data[i] !== Math.fround(data[0] + i * step)) return null;
  return step;
}

const counted: Rule = (versions, _assignments, shape) => {
  const [first] = versions;
  const step = progression(first);
  const start = dataOf(first)[0];
  const sizes = shape.filter((size) => size !== 1);
  if (step === null || sizes.length !== 1 || !versions.every((version) => dataOf(version)[0] === start && progression(version) === step))
    return null;
  const [count] = sizes;
  const value = makeValue(first.dtype, [count], 'range');
  const range: Node = { op: 'SymbolicRange', inputs: [], inputNames: [], attributes: { start, count, step }, outputs: [value] };
  const shaped = makeValue(first.dtype, shape, 'range');
  const reshape: Node = { op: 'Reshape', inputs: [value], inputNames: ['x'], attributes: { shape }, outputs: [shaped] };
  return { value: shaped, nodes: [range, reshape] };
};

const repeated: Rule = (versions, _assignments, shape) => {
  const rows = versions.map((version) => firstRow(version, shape));
  const [first, ...others] = rows;
  if (first === null || !others.every((row) => row !== null && equal(dataOf(row), dataOf(first)))) return null;
  return broadcast({ value: first, nodes: [] }, shape, versions[0]);
};

/** The slice at index 0 of every symbolic axis, if all other slices equal it. */
function firstRow(version: Value, shape: readonly Size[]): Value | null {
  const full = staticShape(version);
  const small = full.map((size, axis) => (isSymbolic(shape[axis]) ? 1 : size));
  const data = dataOf(version);
  const row = (version.constant as Float32Array).slice(
    0,
    small.reduce((a, b) => a * b, 1),
  );
  const target = (flat: number): number => {
    let index = 0;
    let stride = 1;
    let smallStride = 1;
    for (let axis = full.length - 1; axis >= 0; axis--) {
      const position = Math.floor(flat / stride) % full[axis];
      index += (position % small[axis]) * smallStride;
      stride *= full[axis];
      smallStride *= small[axis];
    }
    return index;
  };
  const seen = new Uint8Array(row.length);
  for (let i = 0; i < data.length; i++) {
    const k = target(i);
    if (seen[k] === 0) row[k] = data[i];
    else if (!Object.is(row[k], data[i])) return null;
    seen[k] = 1;
  }
  return makeConstant(row, version.dtype, small, version.hint);
}
