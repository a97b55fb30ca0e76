import type { Executor, StepRunner } from './executor.ts';
import { paced } from './paced.ts';
import type { Run } from './run.ts';
import { takeStep } from './takeStep.ts';

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

/** Lets an executor take steps, many in one call. */
function executed(run: Run, executor: Executor): Stepper {
  const { program, state, losses } = run;
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
      const size = program.rows(step).length;
      const taken = Object.entries(await started.take(step, limit));
      const count = taken[0][1].length;
      for (let i = 0; i < count; i++) {
        const reports = Object.fromEntries(taken.map(([name, values]) => [name, values[i]]));
        losses.take({ step: step + i, size, epsilon: run.epsilon(step + i), reports });
      }
      state.step = step + count;
    },
    sync: async () => started?.runner.sync(),
    dispose: async () => started?.runner.dispose(),
  };
}

export const stepperOf = (run: Run, executor: Executor | undefined): Stepper =>
  executor === undefined ? eager(run) : executed(run, executor);
