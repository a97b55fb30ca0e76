import * as tf from '@tensorflow/tfjs';
import type { Graph } from '../ir/graph.ts';
import { type Assignment, evaluateSize, type Size } from '../ir/size.ts';
import { type ConstantData, makeValue } from '../ir/value.ts';
import { record } from './backend.ts';
import type { RecordedConstant, RecordedVariable, Recorder } from './recorder.ts';
import { TraceError } from './traceError.ts';

export interface TracedInput {
  readonly name: string;
  readonly shape: readonly Size[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  /**
   * Makes the input a number that the program takes from JavaScript, such as an optimiser's learning rate: called with other values before each
   * trace, which show where it goes. Its shape is [], and the function is not given a tensor for it.
   */
  readonly set?: (value: number) => void;
}

export type TracedFunction = (...inputs: tf.Tensor[]) => tf.Tensor | Readonly<Record<string, tf.Tensor>>;

export interface ConcreteTrace {
  readonly graph: Graph;
  /** Every constant in the order in which it appeared. */
  readonly constants: readonly RecordedConstant[];
  /** Whether the program made variables, as optimisers do in their first step: it will run otherwise from now on. */
  readonly initialised: boolean;
  /** The variables that the graph has as inputs and outputs, in the order in which they stand there behind the program's own. */
  readonly state: readonly StateVariable[];
}

/** A variable as input and output of a graph. */
export interface StateVariable {
  readonly variable: tf.Variable;
  readonly input: string;
  /** null where the program only reads it. */
  readonly output: string | null;
}

export interface TraceOptions {
  /** Whether to note the lines of the program. */
  readonly sites: boolean;
  /** Names variables that are inputs and outputs of the graph; null: variables are constants. */
  readonly nameOf: ((variable: tf.Variable) => string) | null;
}

/** One run of `fn` at the sizes that `assignment` gives the symbols. */
export function traceOnce(
  name: string,
  fn: TracedFunction,
  inputs: readonly TracedInput[],
  assignment: Assignment,
  { sites, nameOf }: TraceOptions,
): ConcreteTrace {
  for (const input of inputs) input.set?.(assignment[input.name]);
  const newborn = newVariables();
  try {
    return record({ sites, stateful: nameOf !== null }, (recorder) => {
      try {
        const traced = inputs.filter(({ set }) => set === undefined).map((input) => tracedInput(recorder, input, assignment));
        const result = call(fn, name, traced, assignment);
        const outputs = Object.entries(namedOutputs(result)).map(([key, tensor]) => ({ name: key, value: recorder.valueOf(tensor) }));
        const variables = recorder.variables();
        const state = named(
          variables,
          [...inputs, ...outputs].map((own) => own.name),
          nameOf ?? (({ name: own }) => own),
        );
        const graph: Graph = {
          name,
          inputs: [
            ...inputs.map((input) => ({
              name: input.name,
              value: traced.find((own) => own.name === input.name)?.value ?? makeValue(input.dtype, [], input.name),
            })),
            ...state.map(({ input }, i) => ({ name: input, value: variables[i].before })),
          ],
          outputs: [
            ...outputs,
            ...state.flatMap(({ output }, i) => (output === null ? [] : [{ name: output, value: after(variables[i]) }])),
          ],
          nodes: recorder.nodes,
        };
        return { graph, constants: recorder.constants, state, initialised: newborn.seen(recorder) };
      } finally {
        newborn.seen(recorder);
      }
    });
  } finally {
    newborn.settle();
  }
}

const after = ({ after: value, before }: RecordedVariable) => value ?? before;

function tracedInput(recorder: Recorder, input: TracedInput, assignment: Assignment) {
  const shape = input.shape.map((size) => evaluateSize(size, assignment));
  return { name: input.name, ...recorder.input(input.name, shape, input.dtype) };
}

/** Names that differ from one another and from those of the program's own inputs and outputs. */
function named(
  variables: readonly RecordedVariable[],
  taken: readonly string[],
  nameOf: (variable: tf.Variable) => string,
): StateVariable[] {
  const used = new Set(taken);
  const fresh = (wish: string): string => {
    let name = wish;
    for (let i = 1; used.has(name); i++) name = `${wish}_${i}`;
    used.add(name);
    return name;
  };
  return variables.map(({ variable, after: next }) => {
    const input = fresh(nameOf(variable));
    return { variable, input, output: next === null ? null : fresh(`${input}_next`) };
  });
}

/** Variables that come into being while a trace runs live on the recording backend; afterwards they get their first values on a real one. */
function newVariables() {
  const known = new Set(Object.values(tf.engine().registeredVariables));
  const first = new Map<tf.Variable, ConstantData>();
  return {
    /** Looks for new variables and what they begin with. */
    seen(recorder: Recorder): boolean {
      for (const variable of Object.values(tf.engine().registeredVariables)) {
        if (!known.has(variable) && !first.has(variable)) first.set(variable, recorder.read(variable.dataId) as ConstantData);
      }
      return first.size > 0;
    },
    settle(): void {
      for (const [variable, data] of first) {
        const value = tf.tensor(data as tf.TypedArray, variable.shape, variable.dtype);
        variable.assign(value);
        value.dispose();
      }
    },
  };
}

/** tfjs's own complaints, about shapes above all, with the inputs that led to them. */
function call(fn: TracedFunction, name: string, inputs: readonly { name: string; info: tf.TensorInfo }[], assignment: Assignment): unknown {
  try {
    return fn(...inputs.map(({ info }) => tf.engine().makeTensorFromTensorInfo(info)));
  } catch (cause) {
    if (cause instanceof TraceError || !(cause instanceof Error)) throw cause;
    const shapes = inputs.map((input) => `${input.name}: ${input.info.dtype} [${input.info.shape}]`).join(', ');
    const sizes = Object.entries(assignment).map(([symbol, size]) => `${symbol} = ${size}`);
    const where = sizes.length === 0 ? shapes : `${shapes}, at ${sizes.join(', ')}`;
    throw new Error(`tracing ${name} with ${where}: ${cause.message}`, { cause });
  }
}

function namedOutputs(result: unknown): Record<string, tf.Tensor> {
  const named = result instanceof tf.Tensor ? { output: result } : (result as Record<string, tf.Tensor>);
  const isRecord = typeof named === 'object' && named !== null && !(named instanceof Promise) && !Array.isArray(named);
  const entries = isRecord ? Object.entries(named) : [];
  if (entries.length === 0 || !entries.every(([, tensor]) => tensor instanceof tf.Tensor)) {
    // Nobody will wait for it; what it throws meanwhile must not end the process.
    if (result instanceof Promise) result.catch(() => {});
    throw new Error(
      `the traced function must return a tensor or a record of named tensors, synchronously; it returned ${describeResult(result)}`,
    );
  }
  return named;
}

function describeResult(result: unknown): string {
  if (result instanceof Promise) return 'a Promise';
  if (Array.isArray(result)) return 'an array. Name its entries, which become the outputs: return { first, second }';
  if (result === null) return 'null (an optimizer gives its loss where asked to: minimize(…, true))';
  const wrong = Object.entries(result ?? {}).find(([, value]) => !(value instanceof tf.Tensor));
  if (typeof result !== 'object' || wrong === undefined) return typeof result === 'object' ? 'a record with nothing in it' : typeof result;
  const [key, value] = wrong;
  const shown = Array.isArray(value) ? 'an array' : typeof value;
  return `a record whose ${key} is ${value === null ? 'null (an optimizer gives its loss where asked to: minimize(…, true))' : shown}`;
}
