/** Places inside the interval at which f is evaluated at a time. */
const PLACES = 15;

/**
 * The place in [low, high] where f is least, by finer and finer grids: each keeps the two cells around the best place. For functions of which many values
 * at once cost little more than one; otherwise golden sections need fewer.
 *
 * @param f values at some places, with one minimum in the interval
 * @param tolerance length of the last interval
 */
export function leastOnGrids(f: (places: readonly number[]) => ArrayLike<number>, low: number, high: number, tolerance: number): number {
  let [a, b] = [low, high];
  while (b - a > tolerance) {
    const cell = (b - a) / (PLACES + 1);
    const places = Array.from({ length: PLACES }, (_, i) => a + (i + 1) * cell);
    const values = Array.from(f(places));
    const best = places[values.indexOf(Math.min(...values))];
    [a, b] = [best - cell, best + cell];
  }
  return (a + b) / 2;
}
