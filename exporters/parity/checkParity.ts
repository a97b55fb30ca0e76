import * as tf from '@tensorflow/tfjs';
import type { EnergyModel } from '../../plugin/energy/energyModel.ts';
import { fillRandom } from '../../random/fill.ts';
import { randomStream } from '../../random/stream.ts';
import { type OrtLike, resolveOrt } from '../../runtime/ort.ts';
import type { Exported } from '../exportOnnx.ts';
import type { NamedValue } from '../ir/graph.ts';
import { evaluateSize, isSymbolic } from '../ir/size.ts';
import { targetFor } from '../onnx/target.ts';
import { writeModel } from '../onnx/writer.ts';
import type { ExportTarget } from '../trace/targets.ts';
import { traceTarget } from '../trace/targets.ts';
import { type ParityErrors, parityErrors, worse } from './errors.ts';
import { type OpenSession, openSession, type ParityInput } from './session.ts';
import { widen, widenInput } from './widen.ts';

export interface ParityOptions {
  /** `onnxruntime-node` or `onnxruntime-web`, as imported. */
  readonly ort: OrtLike | { readonly default: OrtLike };
  /** Sizes that the open dimensions take. Default [1, 7, 64]. */
  readonly batches?: readonly number[];
  /** Default ['cpu'] in onnxruntime-node and ['wasm'] in onnxruntime-web. */
  readonly executionProviders?: readonly (string | { readonly name: string })[];
  /** Makes an input's numbers; default: standard normal draws, on an energy model's manifold where the target is one, and 0 for integers. */
  readonly sample?: (input: string, shape: readonly number[]) => Float32Array | Int32Array;
  /** Largest relative error against tfjs with which the report says `passed`. Default 1e-4: a few hundred float32 roundings. */
  readonly tolerance?: number;
  /** Default 0. */
  readonly seed?: number;
}

export interface OutputParity {
  /** onnxruntime against tfjs on its current backend. */
  readonly tfjs: ParityErrors;
  /** onnxruntime against the same graph in double precision; null where the runtime has no such kernels. */
  readonly float64: ParityErrors | null;
}

export interface ParityReport {
  readonly runtime: string;
  readonly passed: boolean;
  readonly tolerance: number;
  /** The worst over all batches. */
  readonly outputs: Readonly<Record<string, OutputParity>>;
  readonly batches: readonly { readonly batch: number; readonly outputs: Readonly<Record<string, OutputParity>> }[];
}

const isEnergyModel = (target: ExportTarget | EnergyModel): target is EnergyModel =>
  typeof target === 'object' && target !== null && 'manifold' in target && 'score' in target;

/** The exported graph in tfjs, as a function of its inputs. */
function referenceOf(exported: Exported, target: ExportTarget | EnergyModel): (inputs: tf.Tensor[]) => tf.NamedTensorMap {
  if (isEnergyModel(target)) {
    return ([x]) => ({ energy: target.energy(x as tf.Tensor2D), score: target.score(x as tf.Tensor2D) });
  }
  const names = exported.graph.outputs.map(({ name }) => name);
  const inputs = Object.fromEntries(
    exported.graph.inputs.map(({ name, value }) => [
      name,
      { shape: (value.shape ?? []).map(() => 'any'), dtype: value.dtype as 'float32' },
    ]),
  );
  const { fn } = traceTarget(target, inputs, undefined);
  return (tensors) => {
    const result = fn(...tensors);
    return result instanceof tf.Tensor
      ? { [names[0]]: result }
      : Object.fromEntries(Object.values(result).map((tensor, i) => [names[i], tensor]));
  };
}

/**
 * Runs an exported file in onnxruntime and compares it with the tfjs code it came from, and with the same graph in double precision.
 *
 * @returns per output the largest errors over all batches, and batch by batch
 */
export async function checkParity(exported: Exported, target: ExportTarget | EnergyModel, options: ParityOptions): Promise<ParityReport> {
  const { batches = [1, 7, 64], tolerance = 1e-4, seed = 0 } = options;
  if (batches.length === 0) throw new Error('checkParity: batches is empty; give at least one size, for example [1, 7, 64]');
  const ort = resolveOrt(options.ort);
  const session = await openSession(ort, exported.bytes, options.executionProviders);
  const wide = await wideSession(ort, exported, options);
  const reference = referenceOf(exported, target);
  const rows = [];
  try {
    for (const batch of batches) {
      const inputs = exported.graph.inputs.map((input, i) => makeInput(input, batch, i, seed, target, options.sample));
      const given = await session.run(inputs);
      const precise = wide && (await wide.run(inputs.map(widenInput)));
      const expected = evaluate(reference, inputs);
      const outputs = Object.fromEntries(
        exported.graph.outputs.map(({ name }): [string, OutputParity] => [
          name,
          { tfjs: parityErrors(given[name], expected[name]), float64: precise && parityErrors(given[name], precise[name]) },
        ]),
      );
      rows.push({ batch, outputs });
    }
  } finally {
    await session.release();
    await wide?.release();
  }
  const outputs = rows.map((row) => row.outputs).reduce(worst);
  return {
    runtime: session.runtime,
    passed: Object.values(outputs).every(({ tfjs }) => tfjs.maxRelative <= tolerance),
    tolerance,
    outputs,
    batches: rows,
  };
}

const worst = (a: Readonly<Record<string, OutputParity>>, b: Readonly<Record<string, OutputParity>>): Record<string, OutputParity> =>
  Object.fromEntries(
    Object.keys(a).map((name) => [
      name,
      { tfjs: worse(a[name].tfjs, b[name].tfjs), float64: a[name].float64 && b[name].float64 && worse(a[name].float64, b[name].float64) },
    ]),
  );

function makeInput(
  input: NamedValue,
  batch: number,
  index: number,
  seed: number,
  target: ExportTarget | EnergyModel,
  sample: ParityOptions['sample'],
): ParityInput {
  const { name, value } = input;
  const shape = (value.shape ?? []).map((size) =>
    isSymbolic(size) ? evaluateSize(size, Object.fromEntries(Object.keys(size.coefficients).map((key) => [key, batch]))) : size,
  );
  const count = shape.reduce((a, b) => a * b, 1);
  const own = sample?.(name, shape);
  if (own !== undefined && own.length !== count)
    throw new Error(`checkParity: sample('${name}', [${shape}]) must give ${count} numbers, it gave ${own.length}`);
  if (value.dtype !== 'float32')
    return { name, shape, dtype: value.dtype, data: own ?? (value.dtype === 'bool' ? new Uint8Array(count) : new Int32Array(count)) };
  const noise = fillRandom(new Float32Array(count), 'gaussian', randomStream(seed, batch, index));
  const data =
    own ??
    (isEnergyModel(target)
      ? tf.tidy(() => target.manifold.fromGaussian(tf.tensor2d(noise, shape as [number, number])).dataSync() as Float32Array)
      : noise);
  return { name, shape, dtype: 'float32', data };
}

function evaluate(
  reference: (inputs: tf.Tensor[]) => tf.NamedTensorMap,
  inputs: readonly ParityInput[],
): Record<string, ArrayLike<number>> {
  return Object.fromEntries(
    Object.entries(
      tf.tidy(() => reference(inputs.map(({ data, shape, dtype }) => tf.tensor(data as tf.TypedArray, [...shape], dtype as tf.DataType)))),
    ).map(([name, tensor]) => {
      const data = tensor.dataSync();
      tensor.dispose();
      return [name, data];
    }),
  );
}

async function wideSession(ort: OrtLike, exported: Exported, options: ParityOptions): Promise<OpenSession | null> {
  const bytes = writeModel({
    main: widen(exported.graph),
    target: targetFor((exported.card.versions as { opset: number }).opset),
    metadata: () => ({}),
    producer: { name: 'tfjs-mvl', version: 'float64' },
  });
  // Not every operator has a double-precision kernel in every runtime.
  return openSession(ort, bytes, options.executionProviders).catch(() => null);
}
