import * as tf from '@tensorflow/tfjs';
import type { Recorder } from './recorder.ts';
import { TraceError } from './traceError.ts';

/** The methods of tfjs that change a variable or look into it, each replaced for the time of a trace. */
const prototype = tf.Variable.prototype;
const reads = ['data', 'dataSync'] as const;

/**
 * Runs `body` with variables that exist only in the recorder: an assignment is written down there, and the variable itself stays as it is.
 */
export function withVirtualVariables<T>(recorder: Recorder, body: () => T): T {
  const own = Object.getOwnPropertyDescriptors(prototype);
  prototype.assign = function assign(this: tf.Variable, next: tf.Tensor): void {
    recorder.assign(this, next);
  } as typeof prototype.assign;
  for (const method of reads) {
    prototype[method] = function refuse(this: tf.Variable): never {
      throw new TraceError(
        `the traced function reads the numbers of variable ${this.name} (${method}). While tracing there are no numbers yet: ` +
          'use tf operations, or read it outside',
      );
    };
  }
  try {
    return body();
  } finally {
    for (const method of ['assign', ...reads] as const) {
      if (own[method]) Object.defineProperty(prototype, method, own[method]);
      else delete (prototype as Partial<typeof prototype>)[method];
    }
  }
}
