import type { Optimizer } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { register } from '../../plugin/gradients/register.ts';
import { learningRateOf, setIterations } from '../../plugin/training/optimizers.ts';
import { checkOptionNames } from '../../runtime/options.ts';
import { type OrtLike, resolveOrt } from '../../runtime/ort.ts';
import { PRODUCER } from '../card.ts';
import type { Graph } from '../ir/graph.ts';
import { DEFAULT_OPSET, targetFor } from '../onnx/target.ts';
import { writeModel } from '../onnx/writer.ts';
import { type TracedProgram, traceProgram } from '../trace/trace.ts';
import type { TracedFunction } from '../trace/traceOnce.ts';
import { Ungeneralisable } from '../trace/ungeneralisable.ts';
import { buildProgram } from './buildProgram.ts';
import { type DeviceTensor, fromTfjs, isTensorType, ortTensor, toTfjs } from './ortTensors.ts';
import { type GraphSession, openGraph, type SessionSettings } from './sessions.ts';
import { BATCH, closed, open, type Signature } from './signature.ts';
import { LEARNING_RATE, traceWithOptimizer, usesRate } from './traceStep.ts';
import { type VariableStore, variableStore } from './variableStore.ts';

export interface CompileOptions extends SessionSettings {
  /** `onnxruntime-node` or `onnxruntime-web`, as imported. */
  readonly ort: OrtLike | { readonly default: OrtLike };
  /** The optimiser that the function uses: its learning rate stays free to change between calls, and its steps are counted. */
  readonly optimizer?: Optimizer;
  /** What calls resolve with: tfjs tensors, or onnxruntime's, which can be arguments of further calls without a copy. Default 'tfjs'. */
  readonly outputs?: 'tfjs' | 'ort';
  /** A compiled function to share variables with: what one assigns, the other sees. Default: variables of its own. */
  readonly shareWith?: { readonly store: VariableStore };
}

/** A tensor of tfjs or of onnxruntime, or a number for a scalar. */
export type CompiledArgument = tf.Tensor | DeviceTensor | number;

/** `Optimizer.minimize` is typed as if it could give null where it was asked for its cost. */
type Results<Result> = Result extends tf.Tensor | null ? tf.Tensor : { readonly [name in keyof Result]: tf.Tensor };

/** A function of tensors that onnxruntime runs. */
export interface Compiled<Arguments extends unknown[], Result> {
  (...inputs: { [index in keyof Arguments]: CompiledArgument }): Promise<Result>;
  /** Assigns the tf.Variables what the calls so far have made of them. */
  sync(): Promise<void>;
  /** The graphs compiled so far, by signature; `print(graph)` shows one. */
  readonly graphs: ReadonlyMap<string, Graph>;
  /** @internal */
  readonly store: VariableStore;
  /** Frees the sessions. Variables in tfjs keep what the last `sync` gave them; later calls reject. */
  dispose(): Promise<void>;
}

const OPTIONS = ['ort', 'optimizer', 'outputs', 'shareWith', 'executionProviders', 'sessionOptions'];

interface Program extends TracedProgram {
  readonly built: Graph;
  readonly session: GraphSession;
}

/** Names for the arguments of a function, in order. */
const argumentNames = (count: number): string[] => Array.from({ length: count }, (_, i) => `argument_${i}`);

const isTfjs = (value: CompiledArgument): value is tf.Tensor => value instanceof tf.Tensor;

/**
 * Makes a function of tensors run in onnxruntime, with all that tfjs does in it: gradients, layers, an optimiser's step. It is traced once for
 * every signature of its arguments (dtypes and shapes, the first size left open where the function allows), and its variables become state that
 * lives in onnxruntime: a value assigned in tfjs counts at the next call, `sync()` brings values back.
 *
 * The function must be synchronous and return a tensor or a record of tensors; randomness has to be an argument.
 *
 * @throws TypeError for arguments that are neither tensors nor numbers; Error where the optimizer given is not the one in use, and where the function reads a traced value, draws random numbers, or uses a
 *   kernel without an ONNX form; with its call sites
 */
export async function compile<Arguments extends tf.Tensor[], Result extends tf.Tensor | null | Readonly<Record<string, tf.Tensor | null>>>(
  fn: (...inputs: Arguments) => Result,
  options: CompileOptions & { readonly outputs: 'ort' },
): Promise<Compiled<Arguments, Result extends tf.Tensor | null ? DeviceTensor : { readonly [name in keyof Result]: DeviceTensor }>>;
export async function compile<Arguments extends tf.Tensor[], Result extends tf.Tensor | null | Readonly<Record<string, tf.Tensor | null>>>(
  fn: (...inputs: Arguments) => Result,
  options: CompileOptions,
): Promise<Compiled<Arguments, Results<Result>>>;
export async function compile(fn: TracedFunction, options: CompileOptions): Promise<Compiled<tf.Tensor[], unknown>> {
  if (typeof fn !== 'function')
    throw new TypeError(
      `compile: expected a function of tensors, got ${fn === null ? 'null' : typeof fn}. Call it as compile((x) => tf.square(x), { ort }); ` +
        'for a layers model, compile((x) => model.apply(x), { ort }), or fitCompiled to train it.',
    );
  checkOptionNames('compile', options, OPTIONS);
  const ort = resolveOrt(options.ort);
  const { optimizer, outputs = 'tfjs' } = options;
  if (outputs !== 'tfjs' && outputs !== 'ort') throw new Error(`compile: outputs must be 'tfjs' or 'ort'; got ${JSON.stringify(outputs)}.`);
  register();
  await tf.ready();
  const store = options.shareWith?.store ?? variableStore(ort);
  const programs = new Map<string, Promise<Program>>();
  const graphs = new Map<string, Graph>();
  const checked = new Set<string>();
  let disposed = false;
  const name = fn.name || 'compiled';

  const program = async (signature: Signature): Promise<Program> => {
    const traced = optimizer ? traceWithOptimizer(name, fn, signature.inputs, optimizer) : traceProgram(name, fn, signature.inputs);
    const built = buildProgram(traced.graph);
    if (optimizer && traced.state.some(({ output }) => output !== null) && !usesRate(built))
      throw new Error(
        `compile: the learning rate of the optimizer given, ${optimizer.getClassName()}, plays no part in ${name}, which assigns variables. Give the one that it uses.`,
      );
    graphs.set(signature.key, built);
    const bytes = writeModel({ main: built, target: targetFor(DEFAULT_OPSET), producer: PRODUCER, metadata: () => ({}) });
    return { ...traced, built, session: await openGraph(ort, bytes, options) };
  };
  const cached = (signature: Signature): Promise<Program> => {
    const known = programs.get(signature.key) ?? program(signature);
    programs.set(signature.key, known);
    return known;
  };
  const programFor = async (given: readonly DeviceTensor[]): Promise<Program> => {
    const names = argumentNames(given.length);
    const shapes = given.map(({ dims, type }) => ({ shape: dims, dtype: type }));
    const [general, exact] = [open(names, shapes), closed(names, shapes)];
    const known = programs.get(exact.key);
    if (known !== undefined) return known;
    try {
      const traced = await cached(general);
      const batch = shapes.find(({ shape }) => shape.length > 0)?.shape[0];
      if (batch !== undefined && !checked.has(`${general.key} ${batch}`)) {
        // A branch on the size that the traced sizes took alike shows here.
        traced.check({ [BATCH]: batch });
        checked.add(`${general.key} ${batch}`);
      }
      return traced;
    } catch (error) {
      // What cannot be said for every size may still be compiled for this one.
      if (!worthRetrying(error) || general.key === exact.key) throw error;
      if (!(await programs.get(general.key)?.catch(() => null))) programs.delete(general.key);
      return cached(exact);
    }
  };

  const once = async (inputs: readonly CompiledArgument[], rate: number | null): Promise<unknown> => {
    if (disposed) throw new Error(`${name}: this compiled function was disposed; compile it again.`);
    const given = await Promise.all(inputs.map((input, i) => argument(ort, input, i, name)));
    const { built, state, session } = await programFor(given);
    await store.refresh(state.map(({ variable }) => variable));
    const names = argumentNames(given.length);
    const feeds: Record<string, DeviceTensor> = Object.fromEntries(names.map((own, i) => [own, given[i]]));
    if (rate !== null) feeds[LEARNING_RATE] = ortTensor(ort, 'float32', Float32Array.of(rate), []);
    const fetches: Record<string, DeviceTensor | null> = Object.fromEntries(built.outputs.map((output) => [output.name, null]));
    for (const { variable, input, output } of state) {
      feeds[input] = store.current(variable);
      if (output !== null) fetches[output] = store.spare(variable);
    }
    const results = await session.run(feeds, fetches);
    for (const { variable, output } of state) if (output !== null) store.advance(variable, results[output]);
    if (optimizer) setIterations(optimizer, optimizer.iterations + 1);
    const own = built.outputs.slice(0, built.outputs.length - state.filter(({ output }) => output !== null).length);
    const tensors = await Promise.all(own.map((output) => (outputs === 'ort' ? results[output.name] : toTfjs(results[output.name]))));
    const single = own.length === 1 && own[0].name === 'output';
    return single ? tensors[0] : Object.fromEntries(own.map((output, i) => [output.name, tensors[i]]));
  };
  const call = (...inputs: CompiledArgument[]): Promise<unknown> => {
    const rate = optimizer ? learningRateOf(optimizer) : null;
    return store.inTurn(() => once(inputs, rate));
  };
  return Object.assign(call, {
    sync: () =>
      store.inTurn(async () => {
        if (disposed) throw new Error(`${name}: this compiled function was disposed, and what it had not synced with it.`);
        await store.sync();
      }),
    graphs,
    store,
    dispose: async () => {
      disposed = true;
      for (const one of programs.values()) await one.then(({ session }) => session.release()).catch(() => undefined);
      programs.clear();
      if (options.shareWith === undefined) store.dispose();
    },
  });
}

/** tfjs's own complaints about shapes come as plain errors around the trace's sizes. */
const worthRetrying = (error: unknown): boolean =>
  error instanceof Ungeneralisable ||
  (error instanceof Error && /^(tracing |attribute |the product of the open sizes)/.test(error.message));

async function argument(ort: OrtLike, input: CompiledArgument, place: number, name: string): Promise<DeviceTensor> {
  if (typeof input === 'number') return ortTensor(ort, 'float32', Float32Array.of(input), []);
  if (isTfjs(input)) return fromTfjs(ort, input);
  if (typeof input === 'object' && input !== null && 'dims' in input && isTensorType(input.type as 'float32')) return input;
  throw new TypeError(
    `${name}: argument ${place} must be a number or a float32, int32 or bool tensor of tfjs or onnxruntime; got ${input === null ? 'null' : typeof input}.`,
  );
}
