import { nextWord, uniform, type Words } from './words.ts';

/** Layers of equal area under exp(−x²/2), where the lowest one ends, and that area (Doornik 2005, for 128 layers). */
const LAYERS = 128;
const END = 3.442619855899;
const AREA = 9.91256303526217e-3;

const height = (x: number): number => Math.exp(-0.5 * x * x);

/** Right edges of the layers, from the lowest, whose edge is that of a rectangle as large as it with its tail, up to 0. */
const EDGES = /* @__PURE__ */ edges();

function edges(): Float64Array {
  const x = new Float64Array(LAYERS + 1);
  x[0] = AREA / height(END);
  x[1] = END;
  for (let i = 2; i < LAYERS; i++) x[i] = Math.sqrt(-2 * Math.log(AREA / x[i - 1] + height(x[i - 1])));
  return x;
}

/** What lies left of the next layer's edge lies under the curve. */
const INNER = /* @__PURE__ */ EDGES.map((edge, i) => (i < LAYERS ? EDGES[i + 1] / edge : 0));

/** The curve at an edge, over that at x. */
const heightOver = (x: number, edge: number): number => Math.exp(-0.5 * (edge * edge - x * x));

/** The high bits of a xoroshiro128+ are its best: they choose the layer. The other 25 are the place in it, in (−1, 1). */
const placeOf = (word: number): number => (((word << 7) >> 7) + 0.5) * 2 ** -24;

/**
 * Standard normal draws by the ziggurat (Marsaglia and Tsang 2000; Doornik 2005, "An improved ziggurat method to generate normal random samples"):
 * 97 % of them take one 32-bit word, a comparison and a product, which every platform rounds alike.
 */
export function zigguratFill(target: Float32Array | Float64Array, words: Words): void {
  // `nextWord` written out, with its state in registers, is worth a third: most of the JavaScript of a training step is this loop.
  let { low0, high0, low1, high1 } = words;
  for (let i = 0; i < target.length; i++) {
    const word = (low0 + low1) | 0;
    const low = low1 ^ low0;
    const high = high1 ^ high0;
    const kept = low0;
    low0 = (low0 << 24) ^ (high0 >>> 8) ^ low ^ (low << 16);
    high0 = (high0 << 24) ^ (kept >>> 8) ^ high ^ ((high << 16) | (low >>> 16));
    low1 = (high << 5) ^ (low >>> 27);
    high1 = (low << 5) ^ (high >>> 27);
    const u = placeOf(word);
    const layer = word >>> 25;
    if (Math.abs(u) < INNER[layer]) target[i] = u * EDGES[layer];
    else {
      words.low0 = low0;
      words.high0 = high0;
      words.low1 = low1;
      words.high1 = high1;
      target[i] = atTheEdge(word, words);
      ({ low0, high0, low1, high1 } = words);
    }
  }
  words.low0 = low0;
  words.high0 = high0;
  words.low1 = low1;
  words.high1 = high1;
}

/** The draw that begins with a word whose place may lie outside the curve. */
function atTheEdge(first: number, words: Words): number {
  for (let word = first; ; word = nextWord(words)) {
    const layer = word >>> 25;
    const u = placeOf(word);
    if (Math.abs(u) < INNER[layer]) return u * EDGES[layer];
    if (layer === 0) return tail(u, words);
    const x = u * EDGES[layer];
    const inner = heightOver(x, EDGES[layer + 1]);
    if (inner + uniform(words) * (heightOver(x, EDGES[layer]) - inner) < 1) return x;
  }
}

/** A draw beyond the end of the lowest layer, on the side of u (Marsaglia 1964). */
function tail(u: number, words: Words): number {
  for (;;) {
    const x = -Math.log(1 - uniform(words)) / END;
    const y = -Math.log(1 - uniform(words));
    if (2 * y >= x * x) return u < 0 ? -END - x : END + x;
  }
}
