import type { Points } from '../energy/points.ts';
import { type Checkpointing, openCheckpoint } from './checkpointing.ts';
import { closeEpoch } from './closeEpoch.ts';
import type { FitHistory, FitOptions } from './fitOptions.ts';
import { type Interrupts, nextTurn, TrainingInterrupted, watchInterrupts } from './interrupts.ts';
import { type Progress, progressOf } from './progress.ts';
import { prepareRun, type Run, type Subject } from './run.ts';
import type { LossAt } from './schedule.ts';
import { summarize } from './summarize.ts';
import type { TrainingSummary } from './summary.ts';

/** Milliseconds of work after which the event loop has its turn. */
const TURN = 40;

interface Surroundings {
  readonly progress: Progress;
  readonly checkpoint: Checkpointing | null;
  readonly interrupts: Interrupts;
  readonly signal: AbortSignal | undefined;
}

/** Leaves the loop with the state saved and the model usable, where a signal or an abort asks for it. */
async function stopIfAsked({ weights, state, plan, stepper }: Run, { checkpoint, interrupts, signal }: Surroundings): Promise<void> {
  const reason = interrupts.reason();
  if (reason === null) return;
  await checkpoint?.save();
  await stepper.sync();
  weights.finish();
  signal?.throwIfAborted();
  throw new TrainingInterrupted(
    `fit: stopped by ${reason} after step ${state.step} of ${plan.steps}. The state is in ${checkpoint?.name}; ` +
      'to go on, call fit with the same arguments and { resume: true }.',
  );
}

/** What is trained by, for the log: `mvlLd, ε = 0.0012`. */
function titleOf({ plan }: Run): string {
  const [first, last] = [0, plan.steps - 1].map((step) => plan.objective(step));
  const steps = [...new Set([first.epsilon, last.epsilon])].map((epsilon) => epsilon?.toPrecision(3));
  return first.epsilon === null ? first.name : `${first.name}, ε = ${steps.join(' … ')}`;
}

async function epochSteps(run: Run, around: Surroundings): Promise<void> {
  const { state, plan, losses, callbacks, host, stepper } = run;
  const size = (batch: number) => Math.min(plan.batchSize, run.data.train.shape[0] - batch * plan.batchSize);
  let turn = performance.now();
  const batchNow = () => state.step - state.epoch * plan.stepsPerEpoch;
  for (let batch = batchNow(); batch < plan.stepsPerEpoch && !host.stopTraining; batch = batchNow()) {
    await stopIfAsked(run, around);
    await callbacks.batchBegin(batch, size(batch));
    const most = callbacks.perBatch ? 1 : plan.stepsPerEpoch - batch;
    await stepper.take(Math.min(most, around.checkpoint?.stepsLeft() ?? most));
    if (losses.full() || callbacks.perBatch) await losses.flush();
    await callbacks.batchEnd(batch, size(batch), losses.latest() as number);
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
 * The loop behind `EnergyModel.fit`. The state of a run is its weights, the optimiser's slots and the number of the step, since all noise is keyed
 * by seed and step: a run that resumes from a checkpoint takes the very steps that it would have taken.
 *
 * @throws Error for bad points or options; `TrainingDiverged` where loss or weights are no longer finite; `TrainingInterrupted` after Ctrl-C or SIGTERM; the
 * signal's reason after an abort
 */
export async function fitEnergy(
  subject: Subject,
  x: Points,
  options: FitOptions,
): Promise<{ history: FitHistory; summary: TrainingSummary; lossAt: LossAt }> {
  options.signal?.throwIfAborted();
  const run = prepareRun(subject, x, options);
  const interrupts = watchInterrupts(options.signal, run.settings.checkpoint !== null);
  let progress: Progress | undefined;
  try {
    const checkpoint = await openCheckpoint(run, options.resume ?? false);
    const size = { epochs: run.settings.epochs, steps: run.plan.steps, from: run.state.step, title: titleOf(run) };
    progress = await progressOf(options.verbose ?? 'auto', size);
    await train(run, { progress, checkpoint, interrupts, signal: options.signal });
    return { history: run.state.history, summary: await summarize(run), lossAt: run.lossAt };
  } finally {
    progress?.stop();
    interrupts.dispose();
    await run.dispose();
  }
}
