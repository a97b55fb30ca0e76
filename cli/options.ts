import { InvalidArgumentError } from 'commander';

/** Parsers of option values; commander puts the option's name before their messages. */

const demand = (ok: boolean, expected: string): void => {
  if (!ok) throw new InvalidArgumentError(`Expected ${expected}.`);
};

export function wholeNumber(text: string): number {
  const value = Number(text);
  demand(/^\d+$/.test(text) && Number.isSafeInteger(value), 'a whole number');
  return value;
}

export function positiveInteger(text: string): number {
  const value = wholeNumber(text);
  demand(value > 0, 'a whole number of at least 1');
  return value;
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  demand(text.trim() !== '' && Number.isFinite(value) && value > 0, 'a positive number');
  return value;
}

/** A share in [0, 1). */
export function share(text: string): number {
  const value = Number(text);
  demand(text.trim() !== '' && value >= 0 && value < 1, 'a share, from 0 up to but not including 1');
  return value;
}

export function list(text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  demand(
    items.every((item) => item !== ''),
    'names or numbers with commas between them',
  );
  return items;
}

export const widths = (text: string): number[] => list(text).map(positiveInteger);

/** How far data are blurred: `auto` leaves it to the manifold. */
export type SmoothingOption = 'auto' | 'none' | { readonly from: number; readonly to: number };

/** `0.3:0.03`, one width, `auto` or `none`. */
export function smoothing(text: string): SmoothingOption {
  if (text === 'auto' || text === 'none') return text;
  const [from, to = from, ...rest] = text.split(':');
  demand(rest.length === 0, 'FROM:TO, one width, auto or none');
  return { from: positiveNumber(from), to: positiveNumber(to) };
}

export function delimiter(text: string): string {
  const named: Readonly<Record<string, string>> = { tab: '\t', comma: ',', semicolon: ';', space: ' ' };
  const character = named[text] ?? text;
  demand(character.length === 1, 'one character, or tab');
  return character;
}
