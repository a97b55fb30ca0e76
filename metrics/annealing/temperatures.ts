/** Inverse temperatures β of a path from the base, at 0, to the target, at 1, in ascending order. */
export type Temperatures = number | readonly number[];

/** Half the width of the logistic function that the schedule is cut from, as in the scripts of Wu et al. 2017. */
const REACH = 4;

const logistic = (t: number): number => 1 / (1 + Math.exp(-t));

/** β_k = (σ(4(2k/T − 1)) − σ(−4)) / (σ(4) − σ(−4)), k = 0 … T: short steps at both ends, where the weights change fastest. Wu et al. 2017. */
const sigmoid = (steps: number): number[] => {
  const [low, high] = [logistic(-REACH), logistic(REACH)];
  return Array.from({ length: steps + 1 }, (_, k) => {
    if (k === 0 || k === steps) return k / steps;
    return (logistic(REACH * ((2 * k) / steps - 1)) - low) / (high - low);
  });
};

/**
 * The path's β, `[T + 1]`.
 *
 * @param temperatures how many steps T of the sigmoid schedule, or the β themselves
 * @throws RangeError where T is not a whole number of at least 1, or the β do not rise from 0 to 1
 */
export function pathOf(temperatures: Temperatures, where: string): readonly number[] {
  if (typeof temperatures !== 'number') {
    const rises = temperatures.every((beta, k) => k === 0 || beta > temperatures[k - 1]);
    if (temperatures.length > 1 && temperatures[0] === 0 && temperatures[temperatures.length - 1] === 1 && rises) return temperatures;
    throw new RangeError(`${where}: temperatures as a list must rise from 0 to 1; got ${temperatures.length} from ${temperatures[0]}.`);
  }
  if (Number.isInteger(temperatures) && temperatures >= 1) return sigmoid(temperatures);
  throw new RangeError(`${where}: temperatures must be a whole number of at least 1, or a list from 0 to 1; got ${temperatures}.`);
}
