/** Where a command writes: results to `stdout`, everything else to `stderr`. */
export interface Io {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
}

/** A line for the user. */
export const note = (io: Io, text: string): void => {
  io.stderr.write(`${text}\n`);
};
