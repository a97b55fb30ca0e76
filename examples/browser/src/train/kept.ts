import { createStore, del, get, set } from 'idb-keyval';
import type { CheckpointStore } from 'tfjs-mvl';
import type { Progress, Task } from './protocol.ts';

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

export async function forget(): Promise<void> {
  for (const key of ['checkpoint', 'task', 'progress']) await del(key, database);
}
