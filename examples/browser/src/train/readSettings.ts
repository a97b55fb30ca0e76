import type { TrainSettings } from './protocol.ts';

/** The form's fields, as they are typed. */
export interface SettingsText {
  readonly steps: string;
  readonly detail: string;
}

export const LIMITS = { steps: [10, 100_000], detail: [1, 50] } as const;

function numberIn(name: string, text: string, [least, most]: readonly [number, number]): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most))
    throw new Error(
      `${name}: expected a number from ${least} to ${most.toLocaleString('en')}; got ${text.trim() === '' ? 'nothing' : text}.`,
    );
  return value;
}

/** @throws Error for what is no number, or out of range */
export const readSettings = ({ steps, detail }: SettingsText, seed: number): TrainSettings => ({
  steps: Math.round(numberIn('Steps', steps, LIMITS.steps)),
  detail: numberIn('Finest detail', detail, LIMITS.detail),
  seed,
});
