import { euclidean } from './euclidean.ts';
import { hyperbolic } from './hyperbolic.ts';
import type { Manifold } from './manifold.ts';
import { product } from './product.ts';
import { simplex } from './simplex.ts';
import { so3 } from './so3.ts';
import { spd } from './spd.ts';
import { sphere } from './sphere.ts';
import { stiefel } from './stiefel.ts';
import { torus } from './torus.ts';

interface Maker {
  readonly example: string;
  /** What follows the word, as the error names it. */
  readonly wants: string;
  /** null where there are too few sizes, or too many. */
  make(...sizes: number[]): Manifold | null;
}

const sized = (word: string, make: (dimension: number) => Manifold): Maker => ({
  example: `${word}:2`,
  wants: 'a dimension of at least 1 after the colon',
  make: (...sizes) => (sizes.length === 1 ? make(sizes[0]) : null),
});

/** Each manifold by the word before the colon, and what may follow it. */
const makers: Record<string, Maker> = {
  euclidean: {
    ...sized('euclidean', euclidean),
    example: 'euclidean:3',
    make: (...sizes) => (sizes.length > 1 ? null : euclidean(sizes[0] ?? null)),
  },
  sphere: sized('sphere', sphere),
  torus: sized('torus', torus),
  hyperbolic: sized('hyperbolic', hyperbolic),
  poincare: sized('poincare', (n) => hyperbolic(n, { model: 'poincare' })),
  so3: { example: 'so3', wants: 'no dimension', make: (...sizes) => (sizes.length === 0 ? so3() : null) },
  simplex: sized('simplex', simplex),
  stiefel: {
    example: 'stiefel:3,2',
    wants: 'two sizes n > p of at least 1 after the colon',
    make: (...sizes) => (sizes.length === 2 && sizes[0] > sizes[1] ? stiefel(sizes[0], sizes[1]) : null),
  },
  spd: sized('spd', spd),
};

const PRODUCT = 'product(sphere:2,euclidean:1)';

/** The names between the commas of `a,b(c,d)` that lie in no brackets and stand before no number; null where brackets do not match. */
function split(list: string): string[] | null {
  let depth = 0;
  const names = [''];
  for (const [i, letter] of [...list].entries()) {
    depth += Number(letter === '(') - Number(letter === ')');
    if (depth < 0) return null;
    if (letter === ',' && depth === 0 && !/^,\s*\d/.test(list.slice(i))) names.push('');
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
  const right = digits === undefined || /^[1-9]\d*(,\s*[1-9]\d*)*$/.test(digits);
  const manifold = right ? maker.make(...(digits?.split(',').map(Number) ?? [])) : null;
  if (manifold === null) throw new Error(`Manifold "${name}": expected ${maker.wants}, as in ${maker.example}.`);
  return manifold;
}
