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

/**
 * A standard normal draw by the ziggurat (Marsaglia and Tsang 2000; Doornik 2005, "An improved ziggurat method to generate normal random samples"):
 * 98.8 % of the draws take one 32-bit number, a comparison and a product, which every platform rounds alike.
 *
 * @param bits the next 32 random bits, as a signed integer
 * @param uniform a number in [0, 1)
 */
export function zigguratNormal(bits: () => number, uniform: () => number): number {
  for (;;) {
    const word = bits();
    // The high bits of a xoroshiro128+ are its best: they choose the layer. The other 25 are the place in it, in (−1, 1).
    const layer = word >>> 25;
    const u = (((word << 7) >> 7) + 0.5) * 2 ** -24;
    if (Math.abs(u) < INNER[layer]) return u * EDGES[layer];
    const x = layer === 0 ? tail(u, uniform) : u * EDGES[layer];
    if (layer === 0) return x;
    const [outer, inner] = [EDGES[layer], EDGES[layer + 1]].map((edge) => Math.exp(-0.5 * (edge * edge - x * x)));
    if (inner + uniform() * (outer - inner) < 1) return x;
  }
}

/** A draw beyond the end of the lowest layer, on the side of u (Marsaglia 1964). */
function tail(u: number, uniform: () => number): number {
  for (;;) {
    const x = -Math.log(1 - uniform()) / END;
    const y = -Math.log(1 - uniform());
    if (2 * y >= x * x) return u < 0 ? -END - x : END + x;
  }
}
