import * as tf from '@tensorflow/tfjs';
import { readBlocks, toTensor } from './blocks.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { fingerprintOf } from './fingerprint.ts';
import { diverged } from './losses.ts';
import { optimizerBlocks, restoreOptimizer } from './optimizers.ts';
import type { Run } from './run.ts';

export interface Checkpointing {
  /** Names the place in messages. */
  readonly name: string;
  /** Writes the state now; never weights that are not finite. */
  save(): Promise<void>;
  /** Writes it where enough steps or time have passed since the last write. */
  saveIfDue(): Promise<void>;
  /** Steps that may be taken before the next write is due. */
  stepsLeft(): number;
  /** Puts the callbacks' fields in place; to be called after they were told that training begins. */
  restoreCallbacks(): void;
}

async function capture(run: Run): Promise<Checkpoint> {
  const { state, weights, losses, callbacks, stepper, lossState } = run;
  const { optimizer } = run.program;
  await losses.flush();
  await stepper.sync();
  const blocks = { ...(await weights.read()), ...(await optimizerBlocks(optimizer)), ...(await readBlocks('loss', lossState)) };
  if (Object.values(blocks).some(({ values }) => !values.every(Number.isFinite)))
    throw diverged(state.step - 1, 'a weight is no longer finite', run.epsilon(Math.max(0, state.step - 1)));
  return { state: { ...state, callbacks: callbacks.state(), iterations: optimizer.iterations }, blocks };
}

function restore(run: Run, { state: { callbacks: _, iterations, ...saved }, blocks }: Checkpoint): void {
  const { state, weights, lossState, program } = run;
  weights.restore(blocks);
  tf.tidy(() => {
    for (const [i, variable] of lossState.entries()) variable.assign(toTensor(blocks[`loss/${i}`]));
  });
  restoreOptimizer(program.optimizer, blocks, iterations);
  Object.assign(state, saved);
}

/**
 * Opens the run's checkpoint and, where `resume` asks for it, sets the run to the state there.
 *
 * @returns null where the run keeps no checkpoint
 * @throws where the checkpoint is damaged or another run's, or cannot be written
 */
export async function openCheckpoint(run: Run, resume: boolean): Promise<Checkpointing | null> {
  const options = run.settings.checkpoint;
  if (options === null) {
    if (resume) throw new Error('fit: resume needs a checkpoint to resume from; give { checkpoint: path }.');
    return null;
  }
  const { store, everySteps, everyMilliseconds } = options;
  const name = store.name ?? 'the checkpoint store';
  const fingerprint = await fingerprintOf(run);
  const bytes = await store.load();
  const found = bytes && resume ? decodeCheckpoint(bytes, fingerprint, name) : null;
  if (found) restore(run, found);
  let last = { step: run.state.step, time: performance.now() };
  const save = async () => {
    await store.save(encodeCheckpoint(await capture(run), fingerprint));
    last = { step: run.state.step, time: performance.now() };
  };
  // A place that cannot be written is better found out now than after half an hour.
  if (bytes === null) await save();
  return {
    name,
    save,
    saveIfDue: async () => {
      if (run.state.step - last.step >= everySteps || performance.now() - last.time >= everyMilliseconds) await save();
    },
    stepsLeft: () => everySteps - (run.state.step - last.step),
    restoreCallbacks: () => {
      if (found) run.callbacks.restore(found.state.callbacks);
    },
  };
}
