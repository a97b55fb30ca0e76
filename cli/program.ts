import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { checkCommand } from './commands/check.ts';
import { encodeCommand } from './commands/encode.ts';
import { exportCommand } from './commands/export.ts';
import { inspectCommand } from './commands/inspect.ts';
import { sampleCommand } from './commands/sample.ts';
import { scoreCommand } from './commands/score.ts';
import { trainCommand } from './commands/train.ts';
import type { Io } from './io.ts';

/** Of the package, whose root is one folder up from here and from the built file alike. */
const version = (): string => JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;

const epilogue = `
Data are CSV files: a header or none, lines that begin with # are left out. With --lonlat, longitude and latitude in degrees are found by
their usual names (lon, lng, long, longitude; lat, latitude). With --angles degrees or --angles radians, columns are angles.

Exit codes: 0 done; 1 the work failed; 2 wrong command line or input; 130 stopped by Ctrl-C.
Files are written as a whole or not at all.`;

/**
 * The command line.
 *
 * @param exit takes the exit code of a command that ends well but has bad news
 */
export function makeProgram(io: Io, exit: (code: number) => void): Command {
  const program = new Command('tfjs-mvl')
    .description(
      'Energies on manifolds and autoencoders with codes on them: trained by minimum velocity learning in TensorFlow.js, ' +
        'exported to ONNX, run by onnxruntime.',
    )
    .version(version())
    .addHelpText('after', epilogue)
    .configureHelp({ helpWidth: 120 })
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .showHelpAfterError('(--help shows the options)')
    .exitOverride();
  trainCommand(program, io);
  exportCommand(program, io);
  checkCommand(program, io, exit);
  inspectCommand(program, io);
  scoreCommand(program, io);
  sampleCommand(program, io);
  encodeCommand(program, io);
  return program;
}
