/** Halvings of h² that are tried, from the square of the whole spread down to 2⁻³⁶ of it. */
const HALVINGS = 36;

/** Fewer different points than these say nothing about their density. */
const FEW = 10;

/** exp(−d²/2h²) less often: what is below counts nothing beside the nearest neighbour's 1. */
const NOTHING = -30;

/** Mean log density of each point by bumps of variance h² on the others, up to a constant: the likelihood that is cross-validated. */
function likelihood(squares: Float64Array, nearest: Float64Array, n: number, dim: number, variance: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let bumps = 0;
    for (let j = 0; j < n; j++) {
      const exponent = (nearest[i] - squares[i * n + j]) / (2 * variance);
      if (squares[i * n + j] > 0 && exponent > NOTHING) bumps += Math.exp(exponent);
    }
    sum += Math.log(bumps) - nearest[i] / (2 * variance);
  }
  return sum / n - (dim / 2) * Math.log(variance);
}

/** |∇ log p̂|² at each point in the mean: |Σⱼ wⱼ vⱼ|²/h⁴ for v = xⱼ − xᵢ, by distances alone, Σⱼ wⱼ dᵢⱼ² − ½ Σⱼₖ wⱼwₖ dⱼₖ². */
function fisherInformation(squares: Float64Array, nearest: Float64Array, n: number, variance: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const others: number[] = [];
    const weights: number[] = [];
    for (let j = 0; j < n; j++) {
      const exponent = (nearest[i] - squares[i * n + j]) / (2 * variance);
      if (squares[i * n + j] === 0 || exponent < NOTHING) continue;
      others.push(j);
      weights.push(Math.exp(exponent));
    }
    const total = weights.reduce((all, w) => all + w, 0);
    let square = 0;
    for (let a = 0; a < others.length; a++) {
      const row = others[a] * n;
      let across = 0;
      for (let b = 0; b < others.length; b++) across += weights[b] * squares[row + others[b]];
      square += (weights[a] / total) * (squares[i * n + others[a]] - across / (2 * total));
    }
    sum += square;
  }
  return sum / n / variance ** 2;
}

/**
 * The width of the lumps that points are made of, by their distances: bumps on all other points make a density p̂, of the width h that makes the points
 * likeliest. In d dimensions lumps of variance s² blurred by h² have E|∇ log p̂|² = d/(s² + h²), which gives s². Copies of a point do not count as
 * its neighbours.
 *
 * It is off by a tenth for one lump or twenty in up to 20 dimensions. In more, noise drowns s² beside h², and √½ h stands for it, which is within a quarter of s.
 *
 * @param squares d², `[n, n]`
 * @param spread of all the points, from which the search for h begins
 * @returns null where there are too few different points to say
 */
export function localScale(squares: Float64Array, n: number, dim: number, spread: number): number | null {
  const nearest = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (squares[i * n + j] > 0) nearest[i] = Math.min(nearest[i], squares[i * n + j]);
  if (n < FEW || new Set(nearest).size < FEW / 2 || !nearest.every(Number.isFinite)) return null;
  const widths = Array.from({ length: HALVINGS }, (_, k) => spread ** 2 * 2 ** -k);
  const likelihoods = widths.map((variance) => likelihood(squares, nearest, n, dim, variance));
  const variance = widths[likelihoods.indexOf(Math.max(...likelihoods))];
  const information = fisherInformation(squares, nearest, n, variance);
  return Math.sqrt(Math.max(dim / information - variance, variance / 2));
}
