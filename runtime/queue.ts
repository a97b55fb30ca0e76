import type { OrtLike } from './ort.ts';

/** Milliseconds of work after which the event loop gets a turn, so that pages stay alive and aborts arrive. */
const TURN = 30;

/** Node's own way takes microseconds; a timer takes a millisecond. */
const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });

type Queue = <T>(task: () => Promise<T>) => Promise<T>;

function makeQueue(): Queue {
  let tail: Promise<unknown> = Promise.resolve();
  let turn = Date.now();
  const run = async <T>(task: () => Promise<T>): Promise<T> => {
    if (Date.now() - turn > TURN) {
      await nextTurn();
      turn = Date.now();
    }
    return task();
  };
  return (task) => {
    const result = tail.then(() => run(task));
    tail = result.catch(() => undefined);
    return result;
  };
}

const queues = /* @__PURE__ */ new WeakMap<object, Queue>();

/**
 * Calls into one onnxruntime, one after the other. onnxruntime-web does not take overlapping calls, not even of different sessions on
 * WebGPU; onnxruntime-node runs them one by one in any case.
 */
export function queueOf(ort: OrtLike): Queue {
  const key = ort.InferenceSession;
  const queue = queues.get(key) ?? makeQueue();
  queues.set(key, queue);
  return queue;
}
