import * as tf from '@tensorflow/tfjs';
import type { ConstantData, DType } from '../ir/value.ts';

/** A tensor of a trace as the cpu backend sees it: its shape and dtype, and numbers that are made when a kernel has to be run. */
export interface Shadow {
  readonly shape: number[];
  readonly dtype: tf.DataType;
  shadow(): tf.TensorInfo;
}

/** The tensors on the cpu backend that stand for those of one trace. */
export class Shadows {
  private readonly ids = new Set<object>();

  constructor(private readonly cpu: tf.KernelBackend) {}

  /** A tensor that is there already. */
  eager(info: tf.TensorInfo): Shadow {
    this.ids.add(info.dataId);
    return { shape: info.shape, dtype: info.dtype, shadow: () => info };
  }

  /** Harmless numbers, made when asked for: a graph's structure depends on shapes alone. */
  lazy(kind: DType, shape: readonly number[], dtype: tf.DataType): Shadow {
    let made: tf.TensorInfo | null = null;
    return {
      shape: [...shape],
      dtype,
      shadow: () => {
        made ??= this.harmless(kind, [...shape], dtype);
        return made;
      },
    };
  }

  /** A few cpu kernels (Abs) give tensors, which the engine disposes of at the end of the operation; a copy stays. */
  own(info: tf.TensorInfo): tf.TensorInfo {
    if (!(info instanceof tf.Tensor)) return info;
    const { shape, dtype } = info;
    return {
      dataId: this.cpu.write((this.cpu.readSync(info.dataId) as ConstantData).slice() as tf.BackendValues, shape, dtype),
      shape,
      dtype,
    };
  }

  dispose(): void {
    for (const dataId of this.ids) this.cpu.disposeData(dataId, true);
    this.ids.clear();
  }

  private harmless(kind: DType, shape: number[], dtype: tf.DataType): tf.TensorInfo {
    const size = tf.util.sizeFromShape(shape);
    const values = kind === 'float32' ? Float32Array.from({ length: size }, (_, i) => 0.3 + 0.4 * Math.sin(i + 1)) : new Int32Array(size);
    const dataId = this.cpu.write(values, shape, dtype);
    this.ids.add(dataId);
    return { dataId, shape, dtype };
  }
}
