import { checkOptionNames } from '../checkOptionNames.ts';
import { type CheckpointStore, fileStore } from './checkpointStore.ts';
import type { CommonFitOptions, FitOptions, TimedMetric } from './fitOptions.ts';

/** Checked options of `fit`, with their defaults. */
export interface Settings<Metric extends TimedMetric = TimedMetric> {
  readonly epochs: number;
  readonly batchSize: number;
  readonly clipNorm: number | null;
  readonly weightDecay: number | null;
  readonly averaging: number | null;
  readonly metrics: readonly Metric[];
  /** Entry of the history that decides which weights to keep; null: the last ones. */
  readonly keepBest: string | null;
  readonly checkpoint: { readonly store: CheckpointStore; readonly everySteps: number; readonly everyMilliseconds: number } | null;
}

function number(name: string, value: number, right: boolean, expected: string): number {
  if (right) return value;
  throw new RangeError(`fit: ${name} must be ${expected}; got ${value}.`);
}

const positiveInteger = (name: string, value: number) => number(name, value, Number.isInteger(value) && value > 0, 'a positive integer');

function checkpointOf(option: CommonFitOptions['checkpoint']): Settings['checkpoint'] {
  if (option === undefined) return null;
  const {
    path,
    store = path === undefined ? undefined : fileStore(path),
    everySteps,
    everySeconds,
  } = typeof option === 'string' ? { path: option } : option;
  if (store === undefined) throw new Error('fit: checkpoint needs a path, or a store with load and save.');
  if (everySteps !== undefined) positiveInteger('checkpoint.everySteps', everySteps);
  const seconds = everySeconds ?? (everySteps === undefined ? 30 : Number.POSITIVE_INFINITY);
  return { store, everySteps: everySteps ?? Number.POSITIVE_INFINITY, everyMilliseconds: 1000 * seconds };
}

/** What a `fit` takes. */
export type OptionNames<Options> = { readonly [name in keyof Required<Options>]: true };

export const COMMON_OPTIONS: OptionNames<CommonFitOptions> = {
  epochs: true,
  batchSize: true,
  validationSplit: true,
  keepBest: true,
  callbacks: true,
  seed: true,
  learningRate: true,
  clipNorm: true,
  weightDecay: true,
  averaging: true,
  verbose: true,
  checkpoint: true,
  resume: true,
  executor: true,
  signal: true,
};

/** What a `fit` knows. */
export interface Known {
  readonly options: object;
  /** Entries of the history that every epoch has; of rows to validate on, `val_` before them. */
  readonly losses: readonly string[];
}

const OPTIONS: OptionNames<FitOptions> = { ...COMMON_OPTIONS, validationData: true, validation: true, smoothing: true };
const ENERGY: Known = { options: OPTIONS, losses: ['loss'] };

/**
 * @param validates whether there will be rows to validate on
 * @throws RangeError for numbers that make no sense; Error for unknown options and for a `keepBest` that nothing will provide
 */
export function settingsOf<Metric extends TimedMetric>(
  options: CommonFitOptions & { readonly validation?: Metric | readonly Metric[] },
  validates: boolean,
  { options: names, losses }: Known = ENERGY,
): Settings<Metric> {
  checkOptionNames('fit', options, Object.keys(names));
  if (options.executor !== undefined && typeof options.executor.start !== 'function')
    throw new TypeError('fit: executor must be one that onnxruntimeExecutor(ort) of tfjs-mvl/exporters made, not onnxruntime itself.');
  const { epochs = 10, batchSize = 128, clipNorm, weightDecay, averaging, validation = [], keepBest = false } = options;
  const metrics = Array.isArray(validation) ? (validation as readonly Metric[]) : [validation as Metric];
  const taken = metrics.map(({ name }) => name).find((name, i, all) => losses.includes(name) || all.indexOf(name) !== i);
  if (taken !== undefined) throw new Error(`fit: the validation metric "${taken}" needs another name; val_${taken} is taken.`);
  const entries = [...metrics.map(({ name }) => `val_${name}`), ...(validates ? losses.map((name) => `val_${name}`) : []), ...losses];
  const best = keepBest === true ? entries[0] : keepBest === false ? null : keepBest;
  if (best !== null && (!entries.includes(best) || (keepBest === true && best === losses[0])))
    throw new Error(
      `fit: keepBest = ${JSON.stringify(keepBest)}, but the history will only have ${entries.join(', ')}. Give validationData, validationSplit or validation.`,
    );
  if (options.validationSplit !== undefined)
    number('validationSplit', options.validationSplit, options.validationSplit >= 0 && options.validationSplit < 1, 'in [0, 1)');
  return {
    epochs: positiveInteger('epochs', epochs),
    batchSize: positiveInteger('batchSize', batchSize),
    clipNorm: clipNorm === undefined ? null : number('clipNorm', clipNorm, clipNorm > 0, 'positive'),
    weightDecay: weightDecay === undefined ? null : number('weightDecay', weightDecay, weightDecay > 0, 'positive'),
    averaging: averaging === undefined ? null : number('averaging', averaging, averaging > 0 && averaging < 1, 'in (0, 1)'),
    metrics,
    keepBest: best,
    checkpoint: checkpointOf(options.checkpoint),
  };
}
