#!/usr/bin/env node
import { run } from './run.ts';

// The reader of a pipe may have seen enough: `tfjs-mvl sample model.onnx | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await run(process.argv.slice(2), process);
