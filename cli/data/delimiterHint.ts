/** What else separates columns, by its name on the command line. */
const OTHERS = { semicolon: ';', tab: '\t' } as const;

/** What to try where fields that should be numbers or names hold what separates columns elsewhere, with a space before; '' where they do not. */
export function delimiterHint(fields: readonly string[]): string {
  const name = Object.entries(OTHERS).find(([, character]) => fields.some((field) => field.includes(character)))?.[0];
  return name === undefined ? '' : ` If a ${name} separates the columns, give --delimiter ${name}.`;
}
