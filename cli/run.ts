import { CommanderError } from 'commander';
import { EXIT, exitCodeOf } from './errors.ts';
import { type Io, note } from './io.ts';
import { missingPackage } from './missingPackage.ts';
import { makeProgram } from './program.ts';

/**
 * Runs the command line.
 *
 * @param argv arguments without node and script
 * @returns the exit code
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.ok;
  const program = makeProgram(io, (other) => {
    code = other;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    // commander has already said what is wrong; help and version come as errors of exit code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const missing = missingPackage(error);
    if (missing !== null) {
      note(io, `tfjs-mvl: this needs the package ${missing}, which is not installed: npm install ${missing}`);
      return EXIT.usage;
    }
    note(io, `tfjs-mvl: ${(error as Error).message}`);
    return exitCodeOf(error);
  }
}
