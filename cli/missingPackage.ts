const CODES = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'];

/** A package's name after what Node says before it; not the path of a file. */
const NAME = /^Cannot find (?:package|module) '((?:@[^/']+\/)?[^@./'\\:][^/'\\:]*)[/']/;

/** Whether an import did not find what it asked for. */
export const isMissing = (error: unknown): boolean => CODES.includes((error as NodeJS.ErrnoException | null)?.code ?? '');

/** The package that is not installed, by the error or one of its causes; null: it is another error. */
export function missingPackage(error: unknown): string | null {
  for (let found = error as Error | undefined; found?.message !== undefined; found = found.cause as Error | undefined) {
    const name = isMissing(found) ? NAME.exec(found.message)?.[1] : undefined;
    if (name !== undefined) return name;
  }
  return null;
}
