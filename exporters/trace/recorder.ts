import * as tf from '@tensorflow/tfjs';
import { type CallSite, describeSite } from '../ir/callSite.ts';
import type { Attribute, Node } from '../ir/node.ts';
import { type ConstantData, type DType, makeConstant, makeValue, type Value } from '../ir/value.ts';
import { inferOutput } from './inferOutput.ts';
import { type Shadow, Shadows } from './shadows.ts';
import { randomness, readOfTraced, TraceError } from './traceError.ts';
import { uniformOperands } from './uniform.ts';

type Infos = tf.TensorInfo | tf.TensorInfo[];

/** A traced tensor: its value in the graph, and its numbers at the trace's sizes. */
interface Traced extends Shadow {
  readonly value: Value;
  references: number;
}

export interface RecordedConstant {
  readonly value: Value;
  readonly site: CallSite | undefined;
}

const DTYPES: Readonly<Record<string, DType>> = { float32: 'float32', int32: 'int32', bool: 'bool' };

/** @param what describes the tensor; a function, as formatting a stack is slow */
function dtypeOf(dtype: string, what: () => string): DType {
  const known = DTYPES[dtype];
  if (known === undefined) {
    throw new TraceError(
      `${what()} has dtype ${dtype}; a traced program may use float32, int32 and bool tensors (cast it, or keep it outside)`,
    );
  }
  return known;
}

/** Kernels that only look at their input differently: what they make of a variable still deserves its name. */
const VIEWS = new Set(['Identity', 'Reshape', 'ExpandDims', 'Cast']);

/** Kernels that draw random numbers by themselves: a trace of them would freeze one draw. */
const RANDOM_KERNELS = new Set(['Multinomial']);

/** A variable that the program assigns or reads, where those are to stay variables. */
export interface RecordedVariable {
  readonly variable: tf.Variable;
  /** What it holds before the program runs; its shape is the variable's. */
  readonly before: Value;
  /** What it holds afterwards; null where it is only read. */
  readonly after: Value | null;
}

/** Kernels whose result depends on the shape of their input only. */
const FILLS: Readonly<Record<string, number>> = { ZerosLike: 0, OnesLike: 1 };

/**
 * What one trace has seen so far. Kernels whose shapes do not follow from a rule are also run by the cpu backend on the trace's small batch: so
 * shapes and dtypes come from the kernel itself, and what depends on constants only is known at once.
 */
export class Recorder {
  readonly nodes: Node[] = [];
  readonly constants: RecordedConstant[] = [];
  private readonly traced = new Map<object, Traced>();
  private readonly shadows: Shadows;
  private readonly met = new Map<tf.Variable, Traced>();
  private readonly assigned = new Map<tf.Variable, Traced>();

  /**
   * @param sites whether to note the line behind each kernel, which costs as much as all the rest; the traces of one program share their lines
   * @param stateful whether variables are inputs and outputs of the graph; else they are constants
   */
  constructor(
    private readonly cpu: tf.KernelBackend,
    private readonly sites: boolean,
    private readonly stateful: boolean,
  ) {
    this.shadows = new Shadows(cpu);
  }

  /** A graph input of the given shape, filled with harmless numbers. */
  input(name: string, shape: readonly number[], dtype: string): { info: tf.TensorInfo; value: Value } {
    const checked = dtypeOf(dtype, () => `input ${name}`);
    const value = makeValue(checked, shape, name);
    return { info: this.adopt(value, this.shadows.lazy(value.dtype, shape, checked as tf.DataType)), value };
  }

  /** Takes the place of `tf.Variable.assign` where variables are outputs. */
  assign(variable: tf.Variable, next: tf.Tensor): void {
    const wrong = variable.dtype !== next.dtype || !tf.util.arraysEqual(variable.shape, next.shape);
    if (wrong)
      throw new TraceError(
        `variable ${variable.name} is ${variable.dtype} [${variable.shape}] and cannot be assigned ${next.dtype} [${next.shape}]`,
      );
    this.assigned.set(variable, this.lookUp(next));
    this.readVariable(variable);
  }

  /** Variables in the order in which the program met them. */
  variables(): RecordedVariable[] {
    return [...this.met].map(([variable, { value }]) => ({
      variable,
      before: value,
      after: this.assigned.get(variable)?.value ?? null,
    }));
  }

  /** A tensor made from JS numbers while tracing. */
  write(data: ConstantData, shape: number[], dtype: tf.DataType): object {
    const info = { dataId: this.cpu.write(data as tf.BackendValues, shape, dtype), shape, dtype };
    return this.adopt(this.constant(info, 'constant', this.site()), this.shadows.eager(info)).dataId;
  }

  record(kernel: string, inputs: Record<string, tf.Tensor>, attributes: Record<string, Attribute>): Infos {
    const site = this.site();
    if (RANDOM_KERNELS.has(kernel)) throw new TraceError(randomness(kernel, describeSite(site)));
    const names = Object.keys(inputs).filter((name) => inputs[name] != null);
    const sources = names.map((name) => this.lookUp(inputs[name]));
    const known = sources.every(({ value }) => value.constant !== null);
    const fill = this.stateful && inputs.x instanceof tf.Variable ? FILLS[kernel] : undefined;
    if (fill !== undefined) return this.filled(inputs.x, fill, kernel, site);
    const inferred = inferOutput(kernel, sources, attributes);
    if (inferred !== null && !known) {
      const output = makeValue(inferred.dtype as DType, inferred.shape, kernel);
      this.push(kernel, names, sources, attributes, [output], site);
      return this.adopt(output, this.shadows.lazy(output.dtype, inferred.shape, inferred.dtype));
    }
    const shadowInputs = Object.fromEntries(names.map((name, i) => [name, sources[i].shadow()]));
    const results =
      (known && inferred && this.runOnOneElement(kernel, names, sources, attributes, inferred.shape)) ||
      this.run(
        kernel,
        Array.isArray(inputs) ? (Object.values(shadowInputs) as unknown as tf.NamedTensorInfoMap) : shadowInputs,
        attributes,
      );
    const infos = [results].flat().map((info) => this.shadows.own(info));
    const values = infos.map((info) =>
      known
        ? this.constant(info, VIEWS.has(kernel) ? sources[0].value.hint : kernel, site)
        : makeValue(
            dtypeOf(info.dtype, () => `the output of ${kernel} ${describeSite(site)}`),
            [...info.shape],
            kernel,
          ),
    );
    if (!known) this.push(kernel, names, sources, attributes, values, site);
    const adopted = infos.map((info, i) => this.adopt(values[i], this.shadows.eager(info)));
    return Array.isArray(results) ? adopted : adopted[0];
  }

  private run(kernel: string, inputs: tf.NamedTensorInfoMap, attributes: Record<string, Attribute>): Infos {
    return tf.getKernel(kernel, 'cpu').kernelFunc({ inputs, attrs: attributes as tf.NamedAttrMap, backend: this.cpu });
  }

  /** What an elementwise kernel makes of operands that hold one number throughout; null where it is another kernel, or they do not. */
  private runOnOneElement(
    kernel: string,
    names: readonly string[],
    sources: readonly Traced[],
    attributes: Record<string, Attribute>,
    shape: readonly number[],
  ): tf.TensorInfo | null {
    const numbers = uniformOperands(
      kernel,
      sources.map(({ value }) => value.constant as ConstantData),
    );
    if (numbers === null) return null;
    const written = (data: Float32Array, size: number[]): tf.TensorInfo => ({
      dataId: this.cpu.write(data, size, 'float32'),
      shape: size,
      dtype: 'float32',
    });
    const scalars = numbers.map((number, i) => [names[i], this.shadows.eager(written(Float32Array.of(number), [])).shadow()]);
    const { dataId } = this.shadows.eager(this.run(kernel, Object.fromEntries(scalars), attributes) as tf.TensorInfo).shadow();
    const [number] = this.cpu.readSync(dataId) as Float32Array;
    return written(new Float32Array(tf.util.sizeFromShape([...shape])).fill(number), [...shape]);
  }

  private push(
    op: string,
    inputNames: readonly string[],
    sources: readonly Traced[],
    attributes: Record<string, Attribute>,
    outputs: readonly Value[],
    site: CallSite | undefined,
  ): void {
    this.nodes.push({ op, inputs: sources.map(({ value }) => value), inputNames, attributes, outputs, ...(site && { site }) });
  }

  /** Zeros or ones in a variable's shape are known, whatever it holds: optimisers begin their slots with them. */
  private filled({ shape, dtype }: tf.TensorInfo, fill: number, kernel: string, site: CallSite | undefined): tf.TensorInfo {
    const data = new Float32Array(tf.util.sizeFromShape(shape)).fill(fill);
    const info = { dataId: this.cpu.write(dtype === 'float32' ? data : Int32Array.from(data), shape, dtype), shape, dtype };
    return this.adopt(this.constant(info, kernel, site), this.shadows.eager(info));
  }

  valueOf(tensor: tf.TensorInfo): Value {
    return this.lookUp(tensor).value;
  }

  /** The numbers of a constant; a value that depends on the inputs has none yet. */
  read(dataId: object): tf.BackendValues {
    const traced = this.traced.get(dataId);
    if (traced === undefined)
      throw new TraceError('this tensor belongs to a trace that has ended; return it from the traced function instead');
    if (traced.value.constant === null) throw new TraceError(readOfTraced(traced.value, describeSite({ stack: new Error('read') })));
    return (this.cpu.readSync(traced.shadow().dataId) as tf.BackendValues).slice() as tf.BackendValues;
  }

  referenceCount(dataId: object): number {
    return this.traced.get(dataId)?.references ?? 0;
  }

  addReference(dataId: object, change: 1 | -1): number {
    const traced = this.traced.get(dataId);
    if (traced === undefined) return 0;
    traced.references += change;
    return traced.references;
  }

  dispose(): void {
    this.shadows.dispose();
  }

  private site(): CallSite | undefined {
    return this.sites ? { stack: new Error('call site') } : undefined;
  }

  private adopt(value: Value, body: Shadow): tf.TensorInfo {
    const dataId = {};
    this.traced.set(dataId, { ...body, value, references: 1 });
    return { dataId, shape: body.shape, dtype: body.dtype };
  }

  private constant(info: tf.TensorInfo, hint: string, site: CallSite | undefined): Value {
    const dtype = dtypeOf(info.dtype, () => `a constant of shape [${info.shape}]`);
    const data = this.cpu.readSync(info.dataId) as ConstantData;
    const value = makeConstant(typed(data, dtype), dtype, info.shape, hint);
    this.constants.push({ value, site });
    return value;
  }

  /** A tensor that lives on another backend is a captured constant; it is read there, without moving it. */
  private lookUp(tensor: tf.TensorInfo): Traced {
    const known = this.traced.get(tensor.dataId);
    if (known !== undefined) return known;
    if (this.stateful && tensor instanceof tf.Variable) return this.assigned.get(tensor) ?? this.readVariable(tensor);
    const dtype = dtypeOf(tensor.dtype, () => 'a captured tensor');
    const data = typed(tf.engine().readSync(tensor.dataId) as ConstantData, dtype);
    const shadow = {
      dataId: this.cpu.write(data as tf.BackendValues, [...tensor.shape], tensor.dtype),
      shape: tensor.shape,
      dtype: tensor.dtype,
    };
    const value = makeConstant(data, dtype, tensor.shape, tensor instanceof tf.Variable ? tensor.name : 'captured');
    const traced: Traced = { ...this.shadows.eager(shadow), value, references: 1 };
    this.traced.set(tensor.dataId, traced);
    return traced;
  }

  private readVariable(variable: tf.Variable): Traced {
    const known = this.met.get(variable);
    if (known !== undefined) return known;
    const value = makeValue(
      dtypeOf(variable.dtype, () => `variable ${variable.name}`),
      [...variable.shape],
      variable.name,
    );
    const traced: Traced = { ...this.shadows.lazy(value.dtype, variable.shape, variable.dtype), value, references: 1 };
    this.met.set(variable, traced);
    return traced;
  }
}

/** A private copy, in the array type that the dtype has in a graph. */
function typed(data: ConstantData, dtype: DType): ConstantData {
  if (dtype === 'float32') return new Float32Array(data);
  return dtype === 'int32' ? new Int32Array(data) : new Uint8Array(data);
}
