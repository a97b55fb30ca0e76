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

/** Pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** `28x28`, width first. */
export function imageSize(text: string): ImageSize {
  const sides = text.split('x');
  demand(sides.length === 2 && sides.every((side) => /^[1-9]\d*$/.test(side)), 'WIDTHxHEIGHT in pixels, such as 28x28');
  const [width, height] = sides.map(Number);
  return { width, height };
}

/** 1: grey; 3: red, green, blue. */
export function channels(text: string): 1 | 3 {
  demand(text === '1' || text === '3', '1 (grey) or 3 (red, green, blue)');
  return Number(text) as 1 | 3;
}

/** The law of data given a code, as the user wrote it. */
export type LikelihoodOption =
  | { readonly law: 'bernoulli'; readonly binarise: boolean }
  | { readonly law: 'gaussian'; readonly deviation: number; readonly range?: 'unit' | 'real' };

/** `bernoulli`, `bernoulli:grey` or `gaussian:0.1`, the deviation of a column; `gaussian:0.1:unit` and `:real` are what reports print. */
export function likelihood(text: string): LikelihoodOption {
  if (text === 'bernoulli' || text === 'bernoulli:grey') return { law: 'bernoulli', binarise: text === 'bernoulli' };
  const [, deviation, range] = /^gaussian:([^:]+)(?::(unit|real))?$/.exec(text) ?? [];
  demand(
    deviation !== undefined,
    'bernoulli, bernoulli:grey, or gaussian:DEVIATION such as gaussian:0.1, with :unit (means in [0, 1]) or :real (any) after it or not',
  );
  return { law: 'gaussian', deviation: positiveNumber(deviation), ...(range !== undefined && { range: range as 'unit' | 'real' }) };
}
