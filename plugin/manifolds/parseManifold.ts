import { euclidean } from './euclidean.ts';
import type { Manifold } from './manifold.ts';
import { sphere } from './sphere.ts';

/** Each manifold by the word before the colon, and what may follow it. */
const makers: Record<string, { readonly example: string; make(dimension: number | null): Manifold | null }> = {
  euclidean: { example: 'euclidean:3', make: (d) => euclidean(d) },
  sphere: { example: 'sphere:2', make: (n) => (n === null ? null : sphere(n)) },
};

/**
 * Reads a manifold's name, as in `sphere:2`, `euclidean:3` or `euclidean` (any dimension).
 *
 * @throws Error naming the known manifolds where the word is unknown or the dimension is not a positive integer
 */
export function parseManifold(name: string): Manifold {
  const [, word, digits] = /^([^:]*)(?::(.*))?$/s.exec(name.trim()) as RegExpExecArray;
  const known = Object.values(makers)
    .map(({ example }) => example)
    .join(', ');
  const maker = Object.hasOwn(makers, word) ? makers[word] : null;
  if (maker === null) throw new Error(`Unknown manifold "${name}". Known, with a dimension of your choice: ${known}.`);
  const right = digits === undefined || /^[1-9]\d*$/.test(digits);
  const manifold = right ? maker.make(digits === undefined ? null : Number(digits)) : null;
  if (manifold === null) {
    throw new Error(`Manifold "${name}": expected a dimension of at least 1 after the colon, as in ${maker.example}.`);
  }
  return manifold;
}
