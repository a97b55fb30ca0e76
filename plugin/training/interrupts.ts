import { inNode } from './nodeModules.ts';

/** fit was stopped by Ctrl-C and wrote its checkpoint. */
export class TrainingInterrupted extends Error {
  override readonly name = 'TrainingInterrupted';
}

export interface Interrupts {
  /** Why to stop, once there is a reason. */
  reason(): 'SIGINT' | 'abort' | null;
  dispose(): void;
}

/**
 * Watches for Ctrl-C and an abort. The first Ctrl-C asks for an orderly stop, the second ends the process as usual.
 *
 * @param sigint whether to take Ctrl-C over; only where there is a checkpoint to write
 */
export function watchInterrupts(signal: AbortSignal | undefined, sigint: boolean): Interrupts {
  let pressed = false;
  const press = () => {
    pressed = true;
  };
  if (sigint && inNode()) process.once('SIGINT', press);
  return {
    reason: () => (pressed ? 'SIGINT' : signal?.aborted ? 'abort' : null),
    dispose: () => {
      if (inNode()) process.off('SIGINT', press);
    },
  };
}

/** Lets timers, signals and the page have their turn. Not an animation frame, which stops in hidden tabs. */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
