import * as tf from '@tensorflow/tfjs';
import { type CallSite, describeSite } from '../ir/callSite.ts';
import type { Attribute, Node } from '../ir/node.ts';
import { type ConstantData, type DType, makeConstant, makeValue, type Value } from '../ir/value.ts';
import { TraceError } from './traceError.ts';

type Infos = tf.TensorInfo | tf.TensorInfo[];

/** A traced tensor: its value in the graph, and its numbers at the trace's sizes on the cpu backend. */
interface Traced {
  readonly value: Value;
  readonly shadow: tf.TensorInfo;
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

/**
 * What one trace has seen so far. Every kernel is also run by the cpu backend on the trace's small batch: so shapes and dtypes come
 * from the kernel itself, and what depends on constants only is known at once.
 */
export class Recorder {
  readonly nodes: Node[] = [];
  readonly constants: RecordedConstant[] = [];
  private readonly traced = new WeakMap<object, Traced>();
  private readonly shadows = new Set<object>();

  /** @param sites whether to note the line behind each kernel, which costs as much as all the rest; the traces of one program share their lines */
  constructor(
    private readonly cpu: tf.KernelBackend,
    private readonly sites: boolean,
  ) {}

  /** A graph input of the given shape, filled with harmless numbers. */
  input(name: string, shape: readonly number[], dtype: string): { info: tf.TensorInfo; value: Value } {
    const checked = dtypeOf(dtype, () => `input ${name}`);
    const size = tf.util.sizeFromShape([...shape]);
    const data = Float32Array.from({ length: size }, (_, i) => (checked === 'float32' ? 0.3 + 0.4 * Math.sin(i + 1) : 0));
    const value = makeValue(checked, shape, name);
    const values = checked === 'float32' ? data : Int32Array.from(data);
    return {
      info: this.adopt(value, {
        dataId: this.cpu.write(values, [...shape], checked as tf.DataType),
        shape: [...shape],
        dtype: checked as tf.DataType,
      }),
      value,
    };
  }

  /** A tensor made from JS numbers while tracing. */
  write(data: ConstantData, shape: number[], dtype: tf.DataType): object {
    const info = { dataId: this.cpu.write(data as tf.BackendValues, shape, dtype), shape, dtype };
    return this.adopt(this.constant(info, 'constant', this.site()), info).dataId;
  }

  record(kernel: string, inputs: Record<string, tf.Tensor>, attributes: Record<string, Attribute>): Infos {
    const site = this.site();
    if (RANDOM_KERNELS.has(kernel)) throw new TraceError(randomness(kernel, describeSite(site)));
    const names = Object.keys(inputs).filter((name) => inputs[name] != null);
    const sources = names.map((name) => this.lookUp(inputs[name]));
    const shadowInputs = Object.fromEntries(names.map((name, i) => [name, sources[i].shadow]));
    const run = tf.getKernel(kernel, 'cpu').kernelFunc;
    const results = run({
      inputs: Array.isArray(inputs) ? (Object.values(shadowInputs) as unknown as tf.NamedTensorInfoMap) : shadowInputs,
      attrs: attributes as tf.NamedAttrMap,
      backend: this.cpu,
    });
    const infos = [results].flat().map((info) => this.own(info));
    const known = sources.every(({ value }) => value.constant !== null);
    const values = infos.map((info) =>
      known
        ? this.constant(info, VIEWS.has(kernel) ? sources[0].value.hint : kernel, site)
        : makeValue(
            dtypeOf(info.dtype, () => `the output of ${kernel} ${describeSite(site)}`),
            [...info.shape],
            kernel,
          ),
    );
    if (!known) {
      this.nodes.push({
        op: kernel,
        inputs: sources.map(({ value }) => value),
        inputNames: names,
        attributes,
        outputs: values,
        ...(site && { site }),
      });
    }
    const adopted = infos.map((info, i) => this.adopt(values[i], info));
    return Array.isArray(results) ? adopted : adopted[0];
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
    return (this.cpu.readSync(traced.shadow.dataId) as tf.BackendValues).slice() as tf.BackendValues;
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
    for (const dataId of this.shadows) this.cpu.disposeData(dataId, true);
    this.shadows.clear();
  }

  /** A few cpu kernels (Abs) give tensors, which the engine disposes of at the end of the operation; a copy stays. */
  private own(info: tf.TensorInfo): tf.TensorInfo {
    if (!(info instanceof tf.Tensor)) return info;
    const { shape, dtype } = info;
    return {
      dataId: this.cpu.write((this.cpu.readSync(info.dataId) as ConstantData).slice() as tf.BackendValues, shape, dtype),
      shape,
      dtype,
    };
  }

  private site(): CallSite | undefined {
    return this.sites ? { stack: new Error('call site') } : undefined;
  }

  private adopt(value: Value, shadow: tf.TensorInfo): tf.TensorInfo {
    this.shadows.add(shadow.dataId);
    const dataId = {};
    this.traced.set(dataId, { value, shadow, references: 1 });
    return { dataId, shape: shadow.shape, dtype: shadow.dtype };
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
    const dtype = dtypeOf(tensor.dtype, () => 'a captured tensor');
    const data = typed(tf.engine().readSync(tensor.dataId) as ConstantData, dtype);
    const shadow = {
      dataId: this.cpu.write(data as tf.BackendValues, [...tensor.shape], tensor.dtype),
      shape: tensor.shape,
      dtype: tensor.dtype,
    };
    const value = makeConstant(data, dtype, tensor.shape, tensor instanceof tf.Variable ? tensor.name : 'captured');
    this.shadows.add(shadow.dataId);
    const traced: Traced = { value, shadow, references: 1 };
    this.traced.set(tensor.dataId, traced);
    return traced;
  }
}

/** A private copy, in the array type that the dtype has in a graph. */
function typed(data: ConstantData, dtype: DType): ConstantData {
  if (dtype === 'float32') return Float32Array.from(data);
  return dtype === 'int32' ? Int32Array.from(data) : Uint8Array.from(data);
}

export const randomness = (what: string, where: string): string =>
  `${what} draws random numbers inside the traced function, ${where}. A graph would repeat one draw for ever: ` +
  'pass the noise in as an input (see NoiseSpec) and draw it outside';

const readOfTraced = (value: Value, where: string): string =>
  `the traced function reads the numbers of a tensor made by ${value.hint}, ${where}. While tracing there are no numbers yet: ` +
  'use tf operations instead of data(), array() or JS branches (tf.where for a choice), or compute this outside';
