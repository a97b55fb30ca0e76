import * as tf from '@tensorflow/tfjs';
import * as ortNode from 'onnxruntime-node';
import * as ortWeb from 'onnxruntime-web';
import { type Exported, exportOnnx } from '../../exporters/exportOnnx.ts';
import type { ExportFunction } from '../../exporters/trace/targets.ts';
import { randomStream } from '../../random/stream.ts';
import type { CaseInput, LoweringCase } from './loweringCase.ts';
import { keepOnnx } from './onnxFiles.ts';

type Typed = Float32Array | Int32Array | Uint8Array;

/** float32 rounds by 6e-8; a kernel's result has some dozens of roundings behind it. Relative to the largest entry, or to 1, the size of the inputs. */
const TOLERANCE = 3e-6;

/** Above this many numbers a batch of 1000 takes tfjs's cpu backend seconds. */
const SMALL = 40_000;

/** `logSeverityLevel` 3: errors only. */
const OPTIONS = { intraOpNumThreads: 1, logSeverityLevel: 3 } as const;

interface Session {
  run(
    feeds: Record<string, unknown>,
  ): Promise<Record<string, { readonly type: string; readonly dims: readonly number[]; readonly data: unknown }>>;
  release(): Promise<void>;
}

const RUNTIMES = [
  { Tensor: ortNode.Tensor, create: (bytes: Uint8Array) => ortNode.InferenceSession.create(bytes, OPTIONS) },
  {
    Tensor: ortWeb.Tensor,
    create: (bytes: Uint8Array) => ortWeb.InferenceSession.create(bytes, { ...OPTIONS, executionProviders: ['wasm'] }),
  },
] as const;

/** The class behind a session is the evidence of which runtime answers: both packages are in this process. */
export async function backendClasses(bytes: Uint8Array): Promise<string[]> {
  const sessions = await Promise.all(RUNTIMES.map(({ create }) => create(bytes)));
  const names = sessions.map((session) => (session as unknown as { handler: object }).handler.constructor.name);
  await Promise.all(sessions.map((session) => session.release()));
  return names;
}

const DEFAULTS = {
  float32: (_i: number, draw: number) => draw,
  int32: (_i: number, draw: number) => Math.floor(Math.abs(draw) * 100) % 4,
  bool: (_i: number, draw: number) => (draw > 0 ? 1 : 0),
} as const;

/** `n` → the batch at hand. */
const sizes = (shape: CaseInput['shape'], n: number): number[] => shape.map((size) => (size === 'n' ? n : size));

function makeTensor({ shape, dtype = 'float32', values = DEFAULTS[dtype] }: CaseInput, n: number, key: number): tf.Tensor {
  const full = sizes(shape, n);
  const stream = randomStream(7, key, n);
  const data = Array.from({ length: tf.util.sizeFromShape(full) }, (_, i) => values(i, stream.gaussian()));
  return tf.tensor(data, full, dtype);
}

const typed = (tensor: tf.Tensor): Typed => (tensor.dtype === 'bool' ? Uint8Array.from(tensor.dataSync()) : (tensor.dataSync() as Typed));

const record = (result: tf.Tensor | Readonly<Record<string, tf.Tensor>>): Readonly<Record<string, tf.Tensor>> =>
  result instanceof tf.Tensor ? { output: result } : result;

export interface Subject {
  readonly label: string;
  readonly inputs: LoweringCase['inputs'];
  readonly fn: (...inputs: tf.Tensor[]) => tf.Tensor | Readonly<Record<string, tf.Tensor>>;
  readonly graph: readonly string[];
  readonly tolerance: number;
}

const lines = (graph: string | readonly string[]): readonly string[] => (typeof graph === 'string' ? [graph] : graph);

export const label = ({ kernel, name }: LoweringCase): string => (name === undefined ? kernel : `${kernel} ${name}`);

/** The kernel itself. */
export const forward = (entry: LoweringCase): Subject => ({
  label: label(entry),
  inputs: entry.inputs,
  fn: entry.fn as Subject['fn'],
  graph: lines(entry.graph),
  tolerance: entry.tolerance ?? TOLERANCE,
});

/** The gradient of the sum of squares, one output `d_x` for each float input `x`; squares, so that what flows back differs everywhere. */
export function gradient(entry: LoweringCase): Subject {
  const names = Object.keys(entry.inputs);
  const isFloat = names.map((name) => (entry.inputs[name].dtype ?? 'float32') === 'float32');
  const fn: Subject['fn'] = (...tensors) => {
    const floats = tensors.filter((_, i) => isFloat[i]);
    const loss = (...variables: tf.Tensor[]): tf.Scalar => {
      const rest = [...variables];
      const all = tensors.map((tensor, i) => (isFloat[i] ? (rest.shift() as tf.Tensor) : tensor));
      const parts = Object.values(record((entry.fn as Subject['fn'])(...all))).filter(({ dtype }) => dtype === 'float32');
      return tf.addN(parts.map((part) => tf.sum(tf.mul(part, part)))) as tf.Scalar;
    };
    const gradients = tf.grads(loss)(floats);
    return Object.fromEntries(names.filter((_, i) => isFloat[i]).map((name, i) => [`d_${name}`, gradients[i]]));
  };
  // Sums over the batch lie behind the gradient of a weight.
  return {
    label: `${label(entry)} gradient`,
    inputs: entry.inputs,
    fn,
    graph: lines(entry.gradient ?? []),
    tolerance: 4 * (entry.tolerance ?? TOLERANCE),
  };
}

export const exportSubject = ({ fn, inputs }: Pick<Subject, 'fn' | 'inputs'>): Promise<Exported> =>
  exportOnnx(fn as ExportFunction, {
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, { shape, dtype = 'float32' }]) => [name, { shape, dtype }])),
  });

const isBatched = ({ inputs }: Subject): boolean => Object.values(inputs).some(({ shape }) => shape.includes('n'));

const batchesOf = (subject: Subject): number[] => {
  if (!isBatched(subject)) return [0];
  const numbers = Object.values(subject.inputs).map(({ shape }) => tf.util.sizeFromShape(sizes(shape, 1000)));
  return Math.max(...numbers) <= SMALL ? [1, 7, 1000] : [1, 7];
};

function expectSame(where: string, actual: { readonly type: string; readonly dims: readonly number[] }, { dtype, shape }: tf.Tensor): void {
  if (actual.type !== dtype || actual.dims.join() !== shape.join()) {
    throw new Error(`${where}: ${actual.type} [${actual.dims}], tfjs has ${dtype} [${shape}]`);
  }
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, where: string): void {
  let scale = 0;
  for (let i = 0; i < expected.length; i++) if (Number.isFinite(expected[i])) scale = Math.max(scale, Math.abs(expected[i]));
  const limit = tolerance * Math.max(scale, 1);
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [Number(actual[i]), Number(expected[i])];
    // NaN and infinities have to be the same; −0 and 0 are.
    if (!(Object.is(a, b) || Math.abs(a - b) <= limit)) {
      throw new Error(`${where}: entry ${i} is ${a}, tfjs has ${b}; limit ${limit}`);
    }
  }
}

/** The numeric test: both runtimes against tfjs's cpu backend, at all batch sizes. Gives the number of comparisons. */
export async function checkNumbers(subject: Subject, { bytes }: Exported): Promise<number> {
  keepOnnx(`lowering-${subject.label}`, bytes);
  const names = Object.keys(subject.inputs);
  const sessions = (await Promise.all(RUNTIMES.map(({ create }) => create(bytes)))) as unknown as Session[];
  let compared = 0;
  for (const n of batchesOf(subject)) {
    const tensors = names.map((name, key) => makeTensor(subject.inputs[name], n, key));
    const expected = tf.tidy(() => subject.fn(...tensors));
    for (const [r, session] of sessions.entries()) {
      const { Tensor } = RUNTIMES[r];
      const feeds = Object.fromEntries(
        names.map((name, i) => [name, new Tensor(tensors[i].dtype as 'float32', typed(tensors[i]) as Float32Array, tensors[i].shape)]),
      );
      const results = await session.run(feeds);
      for (const [name, tensor] of Object.entries(record(expected))) {
        const where = `${subject.label}, ${name}, ${r === 0 ? 'node' : 'wasm'}, batch ${n}`;
        expectSame(where, results[name], tensor);
        const exact = tensor.dtype !== 'float32';
        expectClose(results[name].data as ArrayLike<number>, typed(tensor), exact ? 0 : subject.tolerance, where);
        compared++;
      }
    }
    tf.dispose([tensors, expected as tf.TensorContainer]);
  }
  for (const session of sessions) await session.release();
  return compared;
}
