import type { Distribution } from '../../random/fill.ts';
import type { OnnxFile } from '../wire/onnxFile.ts';
import type { TensorType } from './tensors.ts';

/** What a number is where it is not given: itself; factor · (another number)², at most so much; or 1 − min(decay, (1 + k)/(10 + k)) at step k. */
export type NumberDefault =
  | number
  | { readonly factor: number; readonly squareOf: string; readonly atMost?: number }
  | { readonly decay: number };

/** What a step takes beside its state and the learning rate. */
export interface TrainInputCard {
  readonly name: string;
  /** Names stand for sizes that are open; one name is one size. */
  readonly shape: readonly (number | string)[];
  readonly dtype: TensorType;
  /** Of noise: what the session draws it from, `uniform` on [0, 1). */
  readonly distribution?: Distribution | 'uniform';
  /** Of points: where they lie. */
  readonly manifold?: string;
  /** Of a number, of shape []. */
  readonly default?: NumberDefault;
}

/** A tensor that goes from step to step. */
export interface StateCard {
  readonly name: string;
  readonly input: string;
  /** null: it stays as it is. */
  readonly output: string | null;
  /** The initializer with its first value. */
  readonly initial: string;
  readonly shape: readonly number[];
  readonly dtype: TensorType;
  /** What is trained, what the optimiser keeps, an average of what is trained, or what is only read. */
  readonly role: 'parameter' | 'slot' | 'average' | 'constant';
  /** Of an average: the name of what it follows. */
  readonly of?: string;
}

/** What a training step's file says of itself. */
export interface TrainCard {
  readonly name: string;
  readonly optimizer: {
    readonly name: string;
    /** Used unless a step is given another. */
    readonly learningRate: number;
    /** The input that takes it. */
    readonly input: string;
  };
  readonly inputs: readonly TrainInputCard[];
  /** Names of the numbers that a step reports. */
  readonly reports: readonly string[];
  readonly state: readonly StateCard[];
  readonly versions: Readonly<Record<string, unknown>>;
  readonly opset: number;
  /** Size of the file. */
  readonly bytes: number;
  /** All of the file's metadata as it stands there. */
  readonly metadata: Readonly<Record<string, string>>;
}

export const TRAIN_STEP = 'train-step';

/** @throws Error where the file is not a training step, or its metadata is broken */
export function readTrainCard(file: OnnxFile, bytes: number): TrainCard {
  const { metadata } = file;
  if (metadata.get('kind') !== TRAIN_STEP)
    throw new Error(
      `loadTrainSession: this ONNX file (producer "${file.producer}") is not a training step of tfjs-mvl, whose metadata say kind: ${TRAIN_STEP}. ` +
        'Export one with exportTrainStep; load energy models with loadModel, and run other files with onnxruntime itself.',
    );
  const json = <T>(key: string): T => {
    try {
      return JSON.parse(metadata.get(key) ?? '') as T;
    } catch (error) {
      throw new Error(`loadTrainSession: the file's metadata "${key}" is missing or not JSON. Export the step again.`, { cause: error });
    }
  };
  return {
    name: metadata.get('name') ?? '',
    optimizer: json('optimizer'),
    inputs: json('inputs'),
    reports: json('reports'),
    state: json('state'),
    versions: json('versions'),
    opset: file.opsets.get('') ?? 0,
    bytes,
    metadata: Object.fromEntries(metadata),
  };
}
