import type { PointsInput } from '../flatten.ts';
import { readPoints } from '../points.ts';
import { type Copied, copyNumbers, type TrainInput } from './copyNumbers.ts';
import { type Block, sizeOf } from './tensors.ts';
import type { TrainCard, TrainInputCard } from './trainCard.ts';

/** What a step is given, by name. Noise may be left out, and numbers that have a default. */
export type TrainInputs = Readonly<Record<string, TrainInput>>;

/** The inputs of a step, checked. */
export interface ReadInputs {
  readonly blocks: Readonly<Record<string, Block>>;
  /** Sizes behind the names in shapes. */
  readonly sizes: ReadonlyMap<string, number>;
}

const isOptional = (input: TrainInputCard): boolean => input.distribution !== undefined || input.default !== undefined;

/** What was given in place of a record of inputs. */
const kindOf = (inputs: unknown): string =>
  typeof inputs === 'object' && inputs !== null && 'arraySync' in inputs
    ? 'a tfjs tensor'
    : Object.prototype.toString.call(inputs).slice(8, -1);

function checkNames(card: TrainCard, inputs: TrainInputs): void {
  const names = card.inputs.map(({ name }) => name);
  const list = () => card.inputs.map((input) => `${input.name}${isOptional(input) ? ' (optional)' : ''}`).join(', ');
  const given = kindOf(inputs);
  if (given !== 'Object')
    throw new TypeError(`step: expected its inputs by name, as step({ ${names[0]}: … }); got ${given}. "${card.name}" takes ${list()}.`);
  const unknown = Object.keys(inputs).filter((name) => !names.includes(name));
  const hint = unknown.includes(card.optimizer.input) ? ' The learning rate goes behind them: step(inputs, { learningRate }).' : '';
  if (unknown.length > 0) throw new Error(`step: "${card.name}" has no input ${unknown.join(', ')}; it takes ${list()}.${hint}`);
  const missing = card.inputs.filter((input) => !isOptional(input) && inputs[input.name] === undefined).map(({ name }) => name);
  if (missing.length > 0) throw new Error(`step: ${missing.join(', ')} missing; "${card.name}" takes ${list()}.`);
}

/** Points are checked to lie where the card says. */
async function copied({ name, shape, dtype, manifold }: TrainInputCard, value: TrainInput): Promise<Copied> {
  const where = `step(${name})`;
  const dim = shape.at(-1);
  if (manifold === undefined || typeof dim !== 'number') return copyNumbers(value, dtype, where, `${dtype} [${shape.join(', ')}]`);
  const values = await readPoints(value as PointsInput, { dim, manifold }, where);
  return { values, dims: [values.length / dim, dim] };
}

/** Which size a name in a shape must have for numbers in a row to fit; NaN where two are open. */
function rowSize(shape: readonly (number | string)[], sizes: ReadonlyMap<string, number>, count: number): number {
  const open = shape.filter((size) => typeof size === 'string' && !sizes.has(size));
  const known = sizeOf(shape.map((size) => (typeof size === 'number' ? size : (sizes.get(size) ?? 1))));
  return open.length === 1 ? count / known : Number.NaN;
}

/** @throws RangeError where the numbers do not have the shape, at the sizes that other inputs have */
function shaped({ name, shape, dtype }: TrainInputCard, { values, dims }: Copied, sizes: Map<string, number>): Block {
  const row = rowSize(shape, sizes, values.length);
  const given = dims ?? shape.map((size) => (typeof size === 'number' ? size : (sizes.get(size) ?? row)));
  const before = new Map(sizes);
  const fits = (size: number | string, axis: number): boolean => {
    if (typeof size === 'string' && !sizes.has(size)) sizes.set(size, given[axis]);
    const wanted = typeof size === 'string' ? sizes.get(size) : size;
    return given[axis] === wanted && Number.isInteger(wanted) && (wanted as number) > 0;
  };
  if (given.length === shape.length && shape.every(fits) && sizeOf(given) === values.length) return { dtype, shape: given, values };
  const known = [...new Set(shape)].flatMap((size) =>
    typeof size === 'string' && before.has(size) ? [`${size} = ${before.get(size)}`] : [],
  );
  throw new RangeError(
    `step(${name}): expected ${dtype} [${shape.join(', ')}]${known.length > 0 ? ` where ${known.join(', ')}` : ''}; ` +
      `got ${dims === null ? `${values.length} numbers` : `the shape [${dims.join(', ')}]`}.`,
  );
}

/**
 * Reads and copies what a step is given: at once, unless it lies on a GPU.
 *
 * @throws Error for inputs that are missing or unknown; TypeError and RangeError for wrong ones
 */
export async function readInputs(card: TrainCard, inputs: TrainInputs): Promise<ReadInputs> {
  checkNames(card, inputs);
  const given = card.inputs.filter(({ name }) => inputs[name] !== undefined);
  const copies = await Promise.all(given.map((input) => copied(input, inputs[input.name])));
  const sizes = new Map<string, number>();
  const blocks = given.map((input, i): [string, Block] => [input.name, shaped(input, copies[i], sizes)]);
  return { blocks: Object.fromEntries(blocks), sizes };
}
