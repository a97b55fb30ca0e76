const RATIO = (Math.sqrt(5) - 1) / 2;

/**
 * The place in [low, high] where f is least, by golden sections: each step keeps 0.618 of the interval, with one value of f.
 *
 * @param f with one minimum in the interval
 * @param tolerance length of the last interval
 */
export function goldenSection(f: (t: number) => number, low: number, high: number, tolerance: number): number {
  let [a, b] = [low, high];
  let [left, right] = [b - RATIO * (b - a), a + RATIO * (b - a)];
  let [atLeft, atRight] = [f(left), f(right)];
  while (b - a > tolerance) {
    if (atLeft < atRight) {
      [b, right, atRight] = [right, left, atLeft];
      left = b - RATIO * (b - a);
      atLeft = f(left);
    } else {
      [a, left, atLeft] = [left, right, atRight];
      right = a + RATIO * (b - a);
      atRight = f(right);
    }
  }
  return (a + b) / 2;
}
