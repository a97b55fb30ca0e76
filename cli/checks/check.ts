import { missingPackage } from '../missingPackage.ts';

/** The result of one check of a model file. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Runs a check; what it throws is its failure, but for a package that is not installed. */
export async function check(name: string, work: () => Promise<{ ok: boolean; detail: string }>): Promise<Check> {
  try {
    return { name, ...(await work()) };
  } catch (error) {
    if (missingPackage(error) !== null) throw error;
    return { name, ok: false, detail: (error as Error).message };
  }
}
