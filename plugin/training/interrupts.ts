import { inNode } from './nodeModules.ts';

/** fit was stopped by Ctrl-C or SIGTERM and wrote its checkpoint. */
export class TrainingInterrupted extends Error {
  override readonly name = 'TrainingInterrupted';
}

const SIGNALS = { SIGINT: 'Ctrl-C', SIGTERM: 'SIGTERM' } as const;

export interface Interrupts {
  /** Why to stop, in words, once there is a reason. */
  reason(): string | null;
  dispose(): void;
}

/**
 * Watches for Ctrl-C, SIGTERM and an abort. The first signal asks for an orderly stop, a second ends the process as usual.
 *
 * @param signals whether to take the process's signals over; only where there is a checkpoint to write
 */
export function watchInterrupts(abort: AbortSignal | undefined, signals: boolean): Interrupts {
  let caught: string | null = null;
  const catchers = Object.entries(SIGNALS).map(([name, words]) => {
    const stop = () => {
      caught = words;
    };
    if (signals && inNode()) process.once(name, stop);
    return [name, stop] as const;
  });
  return {
    reason: () => caught ?? (abort?.aborted ? 'an abort' : null),
    dispose: () => {
      if (inNode()) for (const [name, stop] of catchers) process.off(name, stop);
    },
  };
}

/** Lets timers, signals and the page have their turn. Not an animation frame, which stops in hidden tabs. */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
