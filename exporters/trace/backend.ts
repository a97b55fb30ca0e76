import * as tf from '@tensorflow/tfjs';
import type { Attribute } from '../ir/node.ts';
import type { ConstantData } from '../ir/value.ts';
import { Recorder } from './recorder.ts';
import { withVirtualVariables } from './virtualVariables.ts';

export const TRACE_BACKEND = 'tfjs-mvl-trace';

/** A tfjs backend whose kernels write down what they are asked to do. tfjs's own validation, tidy and autodiff run on it unchanged. */
class TraceBackend extends tf.KernelBackend {
  recorder: Recorder | null = null;

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    return this.active().write(values as ConstantData, shape, dtype);
  }
  override async read(dataId: object): Promise<tf.BackendValues> {
    return this.readSync(dataId);
  }
  override readSync(dataId: object): tf.BackendValues {
    return this.active().read(dataId);
  }
  override refCount(dataId: object): number {
    return this.recorder?.referenceCount(dataId) ?? 0;
  }
  override incRef(dataId: object): void {
    this.recorder?.addReference(dataId, 1);
  }
  override disposeData(dataId: object): boolean {
    return (this.recorder?.addReference(dataId, -1) ?? 0) <= 0;
  }
  /** tfjs counts ids before and after a kernel to find leaks; the recorder owns them all until the trace ends. */
  override numDataIds(): number {
    return 0;
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }
  override floatPrecision(): 16 | 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override dispose(): void {
    this.recorder = null;
  }

  active(): Recorder {
    if (this.recorder === null)
      throw new Error(`the ${TRACE_BACKEND} backend works only inside a trace; choose another with tf.setBackend`);
    return this.recorder;
  }
}

const backend = new TraceBackend();
const registered = new Set<string>();

/** Gives the recording backend every kernel that the cpu backend has by now; to be called before a program's traces. */
export function registerKernels(): void {
  if (tf.findBackendFactory(TRACE_BACKEND) == null) tf.registerBackend(TRACE_BACKEND, () => backend, 0);
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    if (registered.has(kernelName)) continue;
    registered.add(kernelName);
    tf.registerKernel({
      kernelName,
      backendName: TRACE_BACKEND,
      kernelFunc: ({ inputs, attrs }) =>
        backend.active().record(kernelName, inputs as Record<string, tf.Tensor>, (attrs ?? {}) as unknown as Record<string, Attribute>),
    });
  }
}

export interface RecordOptions {
  /** Whether to note the lines of the program. */
  readonly sites: boolean;
  /** Whether variables stay variables; else they are constants. */
  readonly stateful: boolean;
}

/**
 * Runs `body` with the recording backend in place and puts the caller's backend back, whatever happens. Synchronous throughout:
 * nothing else can run on the recording backend meanwhile.
 */
export function record<T>({ sites, stateful }: RecordOptions, body: (recorder: Recorder) => T): T {
  const cpu = tf.findBackend('cpu');
  if (cpu == null)
    throw new Error("tracing needs tfjs's cpu backend beside yours: import '@tensorflow/tfjs', or '@tensorflow/tfjs-backend-cpu'");
  // In Node its first tensor would print that tfjs-node speeds things up; here it works out shapes only.
  Object.assign(cpu, { firstUse: false });
  const previous = tf.getBackend();
  const recorder = new Recorder(cpu, sites, stateful);
  const stackDepth = Error.stackTraceLimit;
  backend.recorder = recorder;
  // tfjs's own frames lie between a kernel and the line that asked for it.
  Error.stackTraceLimit = 60;
  void tf.setBackend(TRACE_BACKEND);
  try {
    let result: T | undefined;
    // Not returned through tidy, which would search the whole graph for tensors to keep.
    tf.tidy(() => {
      result = stateful ? withVirtualVariables(recorder, () => body(recorder)) : body(recorder);
    });
    return result as T;
  } finally {
    void tf.setBackend(previous);
    Error.stackTraceLimit = stackDepth;
    recorder.dispose();
    backend.recorder = null;
  }
}
