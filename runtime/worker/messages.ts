import type { ModelCard } from '../card.ts';
import type { Backend } from '../ort.ts';
import type { ExecutionProvider, ProviderChoice } from '../providers.ts';

/** What a worker and a page share: a `Worker`, a `MessagePort`, or the worker's own scope. */
export interface Channel {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message' | 'messageerror' | 'error', listener: (event: Event) => void): void;
  /** A port's: it delivers nothing before. */
  start?(): void;
}

/** A model's calls that cross over. */
export const METHODS = ['energy', 'score', 'sample', 'encode', 'decode', 'reconstruct', 'generate', 'interpolate'] as const;

export type Method = (typeof METHODS)[number];

/** Marks the messages of this library: a worker may have others. */
export const MARK = 'tfjs-mvl';

/** From the page. Each has an id of its own, which the answer repeats. */
export type Request =
  | {
      readonly kind: 'load';
      readonly source: unknown;
      readonly executionProviders: ProviderChoice | undefined;
      readonly sessionOptions: object | undefined;
    }
  | { readonly kind: 'call'; readonly model: number; readonly method: Method; readonly args: readonly unknown[] }
  /** Of the call with the same id. */
  | { readonly kind: 'abort' }
  | { readonly kind: 'dispose'; readonly model: number };

/** What the page learns of a model at once. */
export interface Loaded {
  readonly model: number;
  readonly card: ModelCard;
  readonly backend: Backend;
  readonly executionProvider: ExecutionProvider;
  /** Whether the first provider asked for did not run. */
  readonly fellBack: boolean;
}

export interface Numbers {
  readonly data: Float32Array<ArrayBuffer>;
  readonly dims: readonly number[];
}

/** From the worker. */
export type Answer =
  | { readonly kind: 'done'; readonly value: Loaded | Numbers | null }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string }
  | { readonly kind: 'progress'; readonly step: number; readonly steps: number };

/** @returns the request or answer with its id, or null where the message is somebody else's */
export function opened<T extends Request | Answer>(event: Event): (T & { readonly id: number }) | null {
  const { data } = event as MessageEvent<{ readonly mark?: unknown } | null>;
  return typeof data === 'object' && data?.mark === MARK ? (data as unknown as T & { readonly id: number }) : null;
}

export const post = (to: Channel, id: number, message: Request | Answer, transfer: Transferable[] = []): void =>
  to.postMessage({ mark: MARK, id, ...message }, transfer);
