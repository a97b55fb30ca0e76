import type { StepProgram, StepRunner } from './executor.ts';

type Reports = Awaited<ReturnType<StepRunner['take']>>;

/** Most steps in one call: what each of them is given lies in memory at once. */
const MOST = 64;

/**
 * Takes steps from a number on, at most `limit` of them and at least one, all with batches of one size, and as many in one call as keep the event loop
 * waiting for one turn.
 *
 * @param turn in milliseconds
 * @returns what each step reported
 */
export function paced(runner: StepRunner, program: StepProgram, turn: number): (from: number, limit: number) => Promise<Reports> {
  let count = 1;
  return async (from, limit) => {
    const size = program.rows(from).length;
    let steps = 1;
    while (steps < Math.min(limit, count) && program.rows(from + steps).length === size) steps++;
    const start = performance.now();
    const reports = await runner.take(from, steps);
    // The first call also makes the session; the next ones may be at most twice as long as the last.
    count = Math.max(1, Math.min(MOST, 2 * count, Math.floor((turn * steps) / (performance.now() - start))));
    return reports;
  };
}
