/** The stack at the time a kernel was recorded. Formatting it is slow, so it happens only when an error needs it. */
export interface CallSite {
  readonly stack: Error;
}

/** Frames of tfjs and of this package's tracer say nothing to the author of the traced program. */
const MACHINERY =
  /@tensorflow[\\/]|tfjs-(core|layers|converter|backend-\w+)[\\/]|[\\/]exporters[\\/](trace|ir)[\\/]|tfjs-mvl[\\/]dist|node:internal/;

/** For example `at energy (model.ts:12:8)`; the innermost frame that belongs to the caller. */
export function describeSite(site: CallSite | undefined): string {
  const frames = (site?.stack.stack ?? '').split('\n').filter((line) => /^\s*at .*:\d+:\d+\)?$/.test(line));
  const own = frames.find((frame) => !MACHINERY.test(frame)) ?? frames.at(-1);
  return own === undefined ? 'at an unknown place' : own.trim().replaceAll('file://', '');
}
