import type { Command } from 'commander';
import { InputError } from './errors.ts';

/** The options that the user wrote, whatever their values, as `--name`. */
export const givenOptions = (command: Command): string[] =>
  command.options.flatMap((option) =>
    command.getOptionValueSource(option.attributeName()) === 'cli' ? [option.long ?? (option.short as string)] : [],
  );

/**
 * Refuses options that mean nothing here.
 *
 * @param given what the user wrote
 * @param names options that are out of place
 * @param why the message, of the options that were written and a pronoun for them
 * @throws InputError where one of them was written
 */
export function refuseOptions(
  given: readonly string[],
  names: readonly string[],
  why: (options: string, them: 'it' | 'them') => string,
): void {
  const wrong = names.filter((name) => given.includes(name));
  if (wrong.length > 0) throw new InputError(why(wrong.join(', '), wrong.length === 1 ? 'it' : 'them'));
}
