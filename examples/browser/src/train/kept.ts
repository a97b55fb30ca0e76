import { createStore, delMany, get, set, type UseStore } from 'idb-keyval';
import type { CheckpointStore } from 'tfjs-mvl';
import type { Progress, Task } from './protocol.ts';
import type { SavedRun } from './runFile.ts';

type Key = 'checkpoint' | 'task' | 'progress';

/** What a reload of the page finds again, in the browser's own database. */
let database: UseStore | null = null;
/** In its place where there is none, as when site data are blocked: as lasting as the page, or the worker. */
let memory: Map<Key, unknown> | null = null;

async function inDatabase<T>(use: (store: UseStore) => Promise<T>, otherwise: (held: Map<Key, unknown>) => T): Promise<T> {
  if (memory === null)
    try {
      database ??= createStore('tfjs-mvl training', 'kept');
      return await use(database);
    } catch {
      memory = new Map();
    }
  return otherwise(memory);
}

const read = <T>(key: Key): Promise<T | undefined> =>
  inDatabase(
    (store) => get<T>(key, store),
    (held) => held.get(key) as T | undefined,
  );
const write = (key: Key, value: unknown): Promise<void> =>
  inDatabase(
    (store) => set(key, value, store),
    (held) => void held.set(key, value),
  );

/** The state of training, as `fit` writes it. */
export const checkpointStore: CheckpointStore = {
  name: 'this browser',
  load: async () => (await read<Uint8Array>('checkpoint')) ?? null,
  save: (bytes) => write('checkpoint', bytes),
};

export const keepTask = (task: Task): Promise<void> => write('task', task);
export const keptTask = (): Promise<Task | undefined> => read<Task>('task');

export const keepProgress = (progress: Progress): Promise<void> => write('progress', progress);
export const keptProgress = (): Promise<Progress | undefined> => read<Progress>('progress');

export async function keepRun({ task, progress, checkpoint }: SavedRun): Promise<void> {
  await checkpointStore.save(checkpoint);
  if (progress !== null) await keepProgress(progress);
  await keepTask(task);
}

/** null where there is no run, or none that has a checkpoint. */
export async function keptRun(): Promise<SavedRun | null> {
  const [task, progress, checkpoint] = await Promise.all([keptTask(), keptProgress(), checkpointStore.load()]);
  return task === undefined || checkpoint === null ? null : { task, progress: progress ?? null, checkpoint: Uint8Array.from(checkpoint) };
}

export const forget = (): Promise<void> =>
  inDatabase(
    (store) => delMany(['checkpoint', 'task', 'progress'], store),
    (held) => held.clear(),
  );
