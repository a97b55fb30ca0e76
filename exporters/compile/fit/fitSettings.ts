import type { Tensor } from '@tensorflow/tfjs';
import type { Executor } from '../../../plugin/training/executor.ts';
import type { FitCallback } from '../../../plugin/training/fitOptions.ts';
import { checkLearningRate } from '../../../plugin/training/schedule.ts';
import { checkOptionNames } from '../../../runtime/options.ts';
import type { OrtLike } from '../../../runtime/ort.ts';
import { onnxruntimeExecutor } from '../executor.ts';

export interface FitCompiledOptions {
  /** `onnxruntime-node` or `onnxruntime-web`, as imported. This or `executor` is needed. */
  readonly ort?: OrtLike | { readonly default: OrtLike };
  /** What takes the steps, where `ort` with its defaults is not enough: `onnxruntimeExecutor(ort, settings)`. */
  readonly executor?: Executor;
  /** Passes over the data. Default 1. */
  readonly epochs?: number;
  /** Rows per step. Default 32. */
  readonly batchSize?: number;
  /** Whether each epoch takes the rows in a new order, fixed by the seed. Default true. */
  readonly shuffle?: boolean;
  /** Fixes the order of the rows and the noise of layers. Default 0. */
  readonly seed?: number;
  /** Share of the rows, the last ones, that is kept for validation, in [0, 1). Default 0. */
  readonly validationSplit?: number;
  /** Inputs and targets to validate on; wins over `validationSplit`. */
  readonly validationData?: readonly [x: Tensor | Tensor[], y: Tensor | Tensor[]];
  /** tfjs callbacks, or objects with some of their methods. */
  readonly callbacks?: FitCallback | readonly FitCallback[];
  /** 0: silent; 1: a bar on a terminal, otherwise a line per epoch; 'auto': a bar on a terminal, otherwise silent. Default 'auto'. */
  readonly verbose?: 0 | 1 | 'auto';
  /** The optimiser's learning rate as a function of progress in [0, 1] over all epochs. Default: as the optimiser has it. */
  readonly learningRate?: (progress: number) => number;
  /** The epoch to begin with, where others went before. Default 0. */
  readonly initialEpoch?: number;
  /** Stops between two calls of the executor: the weights stay as they are by then, and fitCompiled rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

const DEFAULTS = {
  ort: undefined,
  executor: undefined,
  epochs: 1,
  batchSize: 32,
  shuffle: true,
  seed: 0,
  validationSplit: 0,
  validationData: undefined,
  callbacks: undefined,
  verbose: 'auto' as const,
  learningRate: undefined,
  initialEpoch: 0,
  signal: undefined,
} satisfies { readonly [name in keyof Required<FitCompiledOptions>]: unknown };

/** Checked options, with their defaults. */
export type FitSettings = Omit<FitCompiledOptions, 'ort'> &
  Required<
    Pick<FitCompiledOptions, 'executor' | 'epochs' | 'batchSize' | 'shuffle' | 'seed' | 'validationSplit' | 'verbose' | 'initialEpoch'>
  >;

type Number = 'epochs' | 'batchSize' | 'seed' | 'validationSplit' | 'initialEpoch';

const RANGES: { readonly [name in Number]: readonly [right: (value: number) => boolean, expected: string] } = {
  epochs: [(value) => Number.isInteger(value) && value > 0, 'a positive integer'],
  batchSize: [(value) => Number.isInteger(value) && value > 0, 'a positive integer'],
  seed: [Number.isInteger, 'an integer'],
  validationSplit: [(value) => value >= 0 && value < 1, 'in [0, 1)'],
  initialEpoch: [(value) => Number.isInteger(value) && value >= 0, 'an integer from 0 on'],
};

/** @throws RangeError for numbers that make no sense; Error for unknown options, and without `ort` or `executor` */
export function fitSettings(options: FitCompiledOptions): FitSettings {
  checkOptionNames('fitCompiled', options, Object.keys(DEFAULTS));
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as FitCompiledOptions;
  const { ort, ...rest } = given;
  const executor = given.executor ?? (ort === undefined ? undefined : onnxruntimeExecutor(ort));
  if (executor === undefined)
    throw new Error(
      "fitCompiled: expected { ort } or { executor }, got neither. For example import * as ort from 'onnxruntime-node', and pass { ort }.",
    );
  const settings = { ...DEFAULTS, ...rest, executor } as FitSettings;
  for (const [name, [right, expected]] of Object.entries(RANGES)) {
    const value = settings[name as Number];
    if (!right(value)) throw new RangeError(`fitCompiled: ${name} must be ${expected}; got ${value}.`);
  }
  checkLearningRate('fitCompiled', settings.learningRate);
  return settings;
}
