/** Exit codes, as `--help` lists them. 130 is what shells give a program that Ctrl-C ended: 128 + SIGINT. */
export const EXIT = { ok: 0, failure: 1, usage: 2, interrupted: 130 } as const;

/** The command line or a file given on it is wrong; the message says where and what to do. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** Ctrl-C; the message says how to go on. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** An error of the same exit code in other words. */
export const reworded = (error: unknown, message: string): Error =>
  error instanceof InputError ? new InputError(message, { cause: error }) : new Error(message, { cause: error });

export function exitCodeOf(error: unknown): number {
  if (error instanceof InputError) return EXIT.usage;
  if (error instanceof Interrupted) return EXIT.interrupted;
  return EXIT.failure;
}

/** Runs work that throws for what the user gave, and makes its errors, or those of one kind, input errors. */
export async function asInput<T>(work: () => T | Promise<T>, kind: typeof Error | typeof RangeError = Error): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof InputError || !(error instanceof kind) ? error : new InputError(error.message, { cause: error });
  }
}
