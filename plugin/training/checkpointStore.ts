import { nodeModule } from './nodeModules.ts';
import { writeAtomically } from './writeAtomically.ts';

/** Where checkpoints are kept. `save` replaces what was there as a whole or, if it fails, not at all. */
export interface CheckpointStore {
  /** Names the place in messages. */
  readonly name?: string;
  /** null where nothing was saved yet. */
  load(): Promise<Uint8Array | null>;
  save(bytes: Uint8Array): Promise<void>;
}

/** Checkpoints in a file, in Node. */
export const fileStore = (path: string): CheckpointStore => ({
  name: path,
  load: async () => {
    const fs = await nodeModule('node:fs/promises', `The checkpoint ${path}`);
    try {
      return await fs.readFile(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  },
  save: (bytes) => writeAtomically(path, bytes),
});
