import type { Value } from '../ir/value.ts';

/** The tracer's own refusal of a program, which says all there is to say; errors of the program itself get the inputs' shapes added. */
export class TraceError extends Error {}

export const randomness = (what: string, where: string): string =>
  `${what} draws random numbers inside the traced function, ${where}. A graph would repeat one draw for ever: ` +
  'pass the noise in as an input (see NoiseSpec) and draw it outside';

export const readOfTraced = (value: Value, where: string): string =>
  `the traced function reads the numbers of a tensor made by ${value.hint}, ${where}. While tracing there are no numbers yet: ` +
  'use tf operations instead of data(), array() or JS branches (tf.where for a choice), or compute this outside';
