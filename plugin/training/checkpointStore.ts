/** Where checkpoints are kept. `save` replaces what was there as a whole or, if it fails, not at all. */
export interface CheckpointStore {
  /** Names the place in messages. */
  readonly name?: string;
  /** null where nothing was saved yet. */
  load(): Promise<Uint8Array | null>;
  save(bytes: Uint8Array): Promise<void>;
}
