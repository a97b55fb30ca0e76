import { type Graph, substitute } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { sameShape } from '../ir/size.ts';
import { makeValue, type Value } from '../ir/value.ts';
import { inspect, type Term, type View } from './linearTerms.ts';
import { broadcastShape } from './narrowBroadcasts.ts';
import { like, sameNumber, scalar, scaleNode } from './scalars.ts';
import { sortNodes } from './sortNodes.ts';

/** u + ratio · w */
interface Pair {
  readonly u: Value;
  readonly w: Value;
  readonly ratio: number;
}

/** Two terms of one sum that are one product of a Pair. */
interface Merge {
  readonly root: Node;
  readonly terms: readonly Term[];
  readonly places: readonly [number, number];
  readonly pair: Pair;
  readonly view: View;
  readonly coefficient: number;
  readonly saving: number;
}

/** An elementwise pass over a tensor costs about as much as this many multiplications a number in a product. */
const PASS = 15;

function* pairs(count: number): Generator<readonly [number, number]> {
  for (let i = 0; i < count; i++) for (let j = i + 1; j < count; j++) yield [i, j];
}

/** State that outlives one rewrite: numbers for values, and which sums were made. */
class Sums {
  private readonly ids = new Map<Value, number>();
  private readonly known: (Pair & { readonly value: Value; readonly scale: number })[] = [];
  readonly id = (value: Value): number => {
    if (!this.ids.has(value)) this.ids.set(value, this.ids.size);
    return this.ids.get(value) as number;
  };
  find({ u, w, ratio }: Pair) {
    return this.known.find((sum) => sum.u === u && sum.w === w && sameNumber(sum.ratio, ratio));
  }
  add(pair: Pair, value: Value, scale: number): void {
    if (this.find(pair) === undefined) this.known.push({ ...pair, value, scale });
  }
}
