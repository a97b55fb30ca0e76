import { takeEnergyStep } from './energyStep.ts';
import type { Executor, StepProgram, StepRunner } from './executor.ts';
import type { Run } from './run.ts';
import { drawInput, takeStep } from './takeStep.ts';

/** Takes the steps of a run and moves its state on. */
export interface Stepper {
  /** Takes at most `limit` steps, at least one. */
  take(limit: number): Promise<void>;
  /** Brings the state into the tf.Variables. */
  sync(): Promise<void>;
  dispose(): Promise<void>;
}

const eager = (run: Run): Stepper => ({
  take: async () => takeStep(run),
  sync: async () => {},
  dispose: async () => {},
});

/** A run's steps as a program for an executor. */
export const programOf = (run: Run): StepProgram => ({
  name: 'trainStep',
  optimizer: run.optimizer,
  data: { x: run.data.train },
  inputs: run.stepInputs,
  step: (batch, inputs) => takeEnergyStep(run.energyStep, { ...inputs, ...batch }),
  rows: run.rowsAt,
  draw: (name, step, into) => drawInput(run, name, step, into),
  learningRate: run.plan.learningRate,
});

/** Most steps in one call: what each of them is given lies in memory at once. */
const MOST = 64;

/** Lets an executor take steps, as many in one call as keep the event loop waiting for one of its turns. */
function executed(run: Run, executor: Executor): Stepper {
  // Started with the first step: a checkpoint that is restored before then gives the optimiser its slots.
  let runner: StepRunner | null = null;
  const { state, plan, losses } = run;
  let count = 1;
  return {
    take: async (limit) => {
      const { step } = state;
      const size = run.rowsAt(step).length;
      let steps = 1;
      while (steps < Math.min(limit, count) && run.rowsAt(step + steps).length === size) steps++;
      const start = performance.now();
      runner ??= await executor.start(programOf(run));
      const { loss } = await runner.take(step, steps);
      const each = (performance.now() - start) / steps;
      // The first call also makes the session; the next ones may be at most twice as long as the last.
      count = Math.max(1, Math.min(MOST, 2 * count, Math.floor(executor.turn / each)));
      for (const [i, value] of loss.entries())
        losses.take({ step: step + i, size, epsilon: plan.objective(step + i).epsilon, loss: value });
      state.step = step + steps;
    },
    sync: async () => runner?.sync(),
    dispose: async () => runner?.dispose(),
  };
}

export const stepperOf = (run: Run, executor: Executor | undefined): Stepper =>
  executor === undefined ? eager(run) : executed(run, executor);
