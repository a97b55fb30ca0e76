import * as tf from '@tensorflow/tfjs';
import { VERSION } from '../plugin/version.ts';

/** What a file says of itself, in ONNX `metadata_props`: one entry a key, strings as they are and everything else as JSON. */
export type Card = Readonly<Record<string, unknown>>;

export const PRODUCER = { name: 'tfjs-mvl', version: VERSION } as const;

export const versions = (opset: number): Readonly<Record<string, string | number>> => ({
  'tfjs-mvl': VERSION,
  tfjs: tf.version_core,
  opset,
});

export const cardEntries = (card: Card): Record<string, string> =>
  Object.fromEntries(Object.entries(card).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]));
