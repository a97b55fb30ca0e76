import { createStore, delMany, get, set } from 'idb-keyval';
import type { CheckpointStore } from 'tfjs-mvl';
import type { Progress, Task } from './protocol.ts';
import type { SavedRun } from './runFile.ts';

/** What a reload of the page finds again, in the browser's own database. */
const database = createStore('tfjs-mvl training', 'kept');

/** The state of training, as `fit` writes it. */
export const checkpointStore: CheckpointStore = {
  name: 'this browser',
  load: async () => (await get<Uint8Array>('checkpoint', database)) ?? null,
  save: (bytes) => set('checkpoint', bytes, database),
};

export const keepTask = (task: Task): Promise<void> => set('task', task, database);
export const keptTask = (): Promise<Task | undefined> => get<Task>('task', database);

export const keepProgress = (progress: Progress): Promise<void> => set('progress', progress, database);
export const keptProgress = (): Promise<Progress | undefined> => get<Progress>('progress', database);

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

export const forget = (): Promise<void> => delMany(['checkpoint', 'task', 'progress'], database);
