/** The tracer's own refusal of a program, which says all there is to say; errors of the program itself get the inputs' shapes added. */
export class TraceError extends Error {}
