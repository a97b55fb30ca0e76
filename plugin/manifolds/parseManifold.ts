import { euclidean } from './euclidean.ts';
import { hyperbolic } from './hyperbolic.ts';
import type { Manifold } from './manifold.ts';
import { product } from './product.ts';
import { simplex } from './simplex.ts';
import { so3 } from './so3.ts';
import { sphere } from './sphere.ts';
import { torus } from './torus.ts';

interface Maker {
  readonly example: string;
  /** null where the dimension is missing, or there is one too many. */
  make(dimension: number | null): Manifold | null;
}

const sized = (word: string, make: (dimension: number) => Manifold): Maker => ({
  example: `${word}:2`,
  make: (d) => (d === null ? null : make(d)),
});

/** Each manifold by the word before the colon, and what may follow it. */
const makers: Record<string, Maker> = {
  euclidean: { example: 'euclidean:3', make: (d) => euclidean(d) },
  sphere: sized('sphere', sphere),
  torus: sized('torus', torus),
  hyperbolic: sized('hyperbolic', hyperbolic),
  poincare: sized('poincare', (n) => hyperbolic(n, { model: 'poincare' })),
  so3: { example: 'so3', make: (d) => (d === null ? so3() : null) },
  simplex: sized('simplex', simplex),
};

const PRODUCT = 'product(sphere:2,euclidean:1)';

/** The names between the commas of `a,b(c,d)` that lie in no brackets; null where brackets do not match. */
function split(list: string): string[] | null {
  let depth = 0;
  const names = [''];
  for (const letter of list) {
    depth += Number(letter === '(') - Number(letter === ')');
    if (depth < 0) return null;
    if (letter === ',' && depth === 0) names.push('');
    else names[names.length - 1] += letter;
  }
  return depth === 0 ? names : null;
}

/**
 * Reads a manifold's name, as in `sphere:2`, `euclidean` (any dimension) or `product(sphere:2,euclidean:1)`.
 *
 * @throws Error naming the known manifolds where the word is unknown; naming an example where the dimension is not a positive integer or brackets do not match
 */
export function parseManifold(name: string): Manifold {
  const trimmed = name.trim();
  const list = /^product\s*\((.*)\)$/s.exec(trimmed)?.[1];
  if (list !== undefined || /^product\b/.test(trimmed)) {
    const names = list === undefined ? null : split(list);
    if (names === null) throw new Error(`Manifold "${name}": expected manifolds between brackets, as in ${PRODUCT}.`);
    return product(...names.map(parseManifold));
  }
  const [, word, digits] = /^([^:]*)(?::(.*))?$/s.exec(trimmed) as RegExpExecArray;
  const maker = Object.hasOwn(makers, word) ? makers[word] : null;
  if (maker === null) {
    const known = [...Object.values(makers).map(({ example }) => example), PRODUCT].join(', ');
    throw new Error(`Unknown manifold "${name}". Known, with a dimension of your choice: ${known}.`);
  }
  const right = digits === undefined || /^[1-9]\d*$/.test(digits);
  const manifold = right ? maker.make(digits === undefined ? null : Number(digits)) : null;
  if (manifold === null) {
    const what = maker.example.includes(':') ? 'a dimension of at least 1 after the colon' : 'no dimension';
    throw new Error(`Manifold "${name}": expected ${what}, as in ${maker.example}.`);
  }
  return manifold;
}
