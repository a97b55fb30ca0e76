/**
 * Refuses options that nothing reads: a misspelt one would change nothing without a word.
 *
 * @param where names the function in errors
 * @throws TypeError where the options are no object; Error naming the unknown ones
 */
export function checkOptionNames(where: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`${where}: expected options such as { ${known[0]}: … }; got ${JSON.stringify(options)}.`);
  const unknown = Object.entries(options).flatMap(([name, value]) => (value === undefined || known.includes(name) ? [] : [name]));
  if (unknown.length > 0) throw new Error(`${where}: unknown option ${unknown.join(', ')}; expected some of ${known.join(', ')}.`);
}
