import { type Answer, type Channel, opened, post, type Request } from './messages.ts';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
  readonly onProgress: ((step: number, steps: number) => void) | undefined;
}

export interface AskOptions {
  readonly onProgress?: (step: number, steps: number) => void;
  readonly signal?: AbortSignal;
}

/** Questions to a worker, each with its answer. */
export interface Conversation {
  ask<T>(request: Request, options?: AskOptions): Promise<T>;
}

const CLASSES: Readonly<Record<string, new (message: string) => Error>> = { TypeError, RangeError };

function errorOf({ name, message }: Extract<Answer, { kind: 'failed' }>): Error {
  const error = new (CLASSES[name] ?? Error)(message);
  if (error.name !== name) error.name = name;
  return error;
}

function open(worker: Channel): Conversation {
  const waiting = new Map<number, Waiting>();
  let last = 0;
  worker.addEventListener('message', (event) => {
    const answer = opened<Answer>(event);
    const asked = answer && waiting.get(answer.id);
    if (!asked) return;
    if (answer.kind === 'progress') {
      asked.onProgress?.(answer.step, answer.steps);
      return;
    }
    waiting.delete(answer.id);
    if (answer.kind === 'done') asked.resolve(answer.value);
    else asked.reject(errorOf(answer));
  });
  /** A script that does not load or throws, or an answer that cannot be read, is nobody's in particular. */
  const fail = (event: Event): void => {
    const { message } = event as Partial<ErrorEvent>;
    const why = message ? `: ${message}` : '. Its script may be missing, or of another origin';
    for (const asked of waiting.values()) asked.reject(new Error(`loadModelInWorker: the worker failed${why}.`));
    waiting.clear();
  };
  worker.addEventListener('error', fail);
  worker.addEventListener('messageerror', fail);
  worker.start?.();
  return {
    ask: <T>(request: Request, { onProgress, signal }: AskOptions = {}) =>
      new Promise<T>((resolve, reject) => {
        const id = ++last;
        const abort = () => post(worker, id, { kind: 'abort' });
        const settle = () => signal?.removeEventListener('abort', abort);
        signal?.throwIfAborted();
        waiting.set(id, {
          resolve: (value) => {
            settle();
            resolve(value as T);
          },
          reject: (error) => {
            settle();
            reject(signal?.aborted ? signal.reason : error);
          },
          onProgress,
        });
        signal?.addEventListener('abort', abort);
        try {
          post(worker, id, request);
        } catch (error) {
          waiting.delete(id);
          settle();
          reject(error);
        }
      }),
  };
}

const conversations = /* @__PURE__ */ new WeakMap<Channel, Conversation>();

/** One for each worker, whatever the number of its models. */
export function conversationWith(worker: Channel): Conversation {
  const conversation = conversations.get(worker) ?? open(worker);
  conversations.set(worker, conversation);
  return conversation;
}
