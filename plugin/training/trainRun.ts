import { type Checkpointing, openCheckpoint } from './checkpointing.ts';
import { closeEpoch } from './closeEpoch.ts';
import type { CommonFitOptions } from './fitOptions.ts';
import { type Interrupts, nextTurn, TrainingInterrupted, watchInterrupts } from './interrupts.ts';
import { type Progress, progressOf } from './progress.ts';
import type { Run } from './run.ts';

/** Milliseconds of work after which the event loop has its turn. */
const TURN = 40;

interface Surroundings {
  readonly progress: Progress;
  readonly checkpoint: Checkpointing | null;
  readonly interrupts: Interrupts;
  readonly signal: AbortSignal | undefined;
}

/** Leaves the loop with the state saved and the model usable, where a signal or an abort asks for it. */
async function stopIfAsked({ weights, state, size, stepper }: Run, { checkpoint, interrupts, signal }: Surroundings): Promise<void> {
  const reason = interrupts.reason();
  if (reason === null) return;
  await checkpoint?.save();
  await stepper.sync();
  weights.finish();
  signal?.throwIfAborted();
  throw new TrainingInterrupted(
    `fit: stopped by ${reason} after step ${state.step} of ${size.steps}. The state is in ${checkpoint?.name}; ` +
      'to go on, call fit with the same arguments and { resume: true }.',
  );
}

async function epochSteps(run: Run, around: Surroundings): Promise<void> {
  const { state, size, losses, callbacks, host, stepper } = run;
  const rows = (batch: number) => Math.min(size.batchSize, size.points - batch * size.batchSize);
  let turn = performance.now();
  const batchNow = () => state.step - state.epoch * size.stepsPerEpoch;
  for (let batch = batchNow(); batch < size.stepsPerEpoch && !host.stopTraining; batch = batchNow()) {
    await stopIfAsked(run, around);
    await callbacks.batchBegin(batch, rows(batch));
    const most = callbacks.perBatch ? 1 : size.stepsPerEpoch - batch;
    await stepper.take(Math.min(most, around.checkpoint?.stepsLeft() ?? most));
    if (losses.full() || callbacks.perBatch) await losses.flush();
    await callbacks.batchEnd(batch, rows(batch), losses.latest() as number);
    await around.checkpoint?.saveIfDue();
    if (performance.now() - turn < TURN) continue;
    around.progress.step(state.step, state.epoch, losses.latest());
    await nextTurn();
    turn = performance.now();
  }
}

async function train(run: Run, around: Surroundings): Promise<void> {
  const { state, settings, callbacks, host } = run;
  host.stopTraining = false;
  await callbacks.trainBegin();
  for (let restored = false; state.epoch < settings.epochs && !state.stopped; ) {
    await callbacks.epochBegin(state.epoch);
    if (!restored) around.checkpoint?.restoreCallbacks();
    restored = true;
    await epochSteps(run, around);
    const { epoch } = state;
    const logs = await closeEpoch(run);
    around.progress.step(state.step, epoch, run.losses.latest());
    around.progress.epochEnd(epoch, logs);
    await nextTurn();
    if (epoch + 1 < settings.epochs && !state.stopped) await stopIfAsked(run, around);
  }
  await around.checkpoint?.save();
  run.weights.finish();
  await callbacks.trainEnd();
}

/**
 * The loop behind every `fit`. The state of a run is its weights, the optimiser's slots and the number of the step, since all noise is keyed
 * by seed and step: a run that resumes from a checkpoint takes the very steps that it would have taken.
 *
 * @param finish what to make of the run before it is disposed of
 * @throws Error for a checkpoint of another run; `TrainingDiverged` where loss or weights are no longer finite; `TrainingInterrupted` after Ctrl-C or SIGTERM;
 * the signal's reason after an abort
 */
export async function trainRun<Result>(
  run: Run,
  { signal, resume = false, verbose = 'auto' }: Pick<CommonFitOptions, 'signal' | 'resume' | 'verbose'>,
  finish: () => Result | Promise<Result>,
): Promise<Result> {
  const interrupts = watchInterrupts(signal, run.settings.checkpoint !== null);
  let progress: Progress | undefined;
  try {
    const checkpoint = await openCheckpoint(run, resume);
    progress = await progressOf(verbose, { epochs: run.settings.epochs, steps: run.size.steps, from: run.state.step, title: run.title });
    await train(run, { progress, checkpoint, interrupts, signal });
    return await finish();
  } finally {
    progress?.stop();
    interrupts.dispose();
    await run.dispose();
  }
}
