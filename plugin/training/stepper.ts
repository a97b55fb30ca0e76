import { takeEnergyStep } from './energyStep.ts';
import type { Executor, StepProgram, StepRunner } from './executor.ts';
import { paced } from './paced.ts';
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

/** Lets an executor take steps, many in one call. */
function executed(run: Run, executor: Executor): Stepper {
  const program = programOf(run);
  const { state, plan, losses } = run;
  // Started with the first step: a checkpoint that is restored before then gives the optimiser its slots.
  let started: { readonly runner: StepRunner; readonly take: ReturnType<typeof paced> } | null = null;
  const start = async () => {
    const runner = await executor.start(program);
    return { runner, take: paced(runner, program, executor.turn) };
  };
  return {
    take: async (limit) => {
      started ??= await start();
      const { step } = state;
      const size = run.rowsAt(step).length;
      const { loss } = await started.take(step, limit);
      for (const [i, value] of loss.entries())
        losses.take({ step: step + i, size, epsilon: plan.objective(step + i).epsilon, loss: value });
      state.step = step + loss.length;
    },
    sync: async () => started?.runner.sync(),
    dispose: async () => started?.runner.dispose(),
  };
}

export const stepperOf = (run: Run, executor: Executor | undefined): Stepper =>
  executor === undefined ? eager(run) : executed(run, executor);
