import type { SpaceName } from './spaces.ts';

/** What decides a training run beside its points. */
export interface TrainSettings {
  /** Of the optimiser. */
  readonly steps: number;
  /** Finest detail that is learnt: degrees, or in the plane hundredths of the data's size. */
  readonly detail: number;
  readonly seed: number;
}

/** All that a run starts from; kept, so that a reload of the page can go on with it. */
export interface Task {
  readonly space: SpaceName;
  readonly rows: readonly (readonly number[])[];
  readonly settings: TrainSettings;
}

/** A density on a grid, in the user's units; of a circle one row. */
export interface DensityGrid {
  readonly space: SpaceName;
  readonly width: number;
  readonly height: number;
  /** Left, bottom, right, top. */
  readonly box: readonly [number, number, number, number];
  /** Logarithms in nats, row by row, the lowest row first. */
  readonly logDensity: Float32Array<ArrayBuffer>;
}

/** A value after so many epochs. */
export interface CurvePoint {
  readonly epoch: number;
  readonly value: number;
}

export interface Progress {
  readonly epoch: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Means over stretches of epochs. */
  readonly loss: readonly CurvePoint[];
  /** Of held-out points, in nats, where it was measured. */
  readonly nll: readonly CurvePoint[];
  readonly stepsPerSecond: number | null;
}

export type ToWorker =
  | { readonly kind: 'train'; readonly task: Task; readonly resume: boolean }
  | { readonly kind: 'pause' }
  | { readonly kind: 'export' };

export type FromWorker =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'density'; readonly density: DensityGrid }
  | { readonly kind: 'paused' }
  | { readonly kind: 'done' }
  | { readonly kind: 'exported'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'failed'; readonly message: string };
