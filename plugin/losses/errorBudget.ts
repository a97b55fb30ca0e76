import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { randomStream } from '../../random/stream.ts';
import type { Energy } from '../energy/energy.ts';
import { register } from '../gradients/register.ts';
import { drawNoise } from '../noise/drawNoise.ts';
import { suggestEpsilon } from './dataScale.ts';
import type { Objective } from './objective.ts';
import { sampleRoundOff } from './sampleRoundOff.ts';

export interface ErrorBudget {
  /** Mean of the loss over the points. */
  readonly loss: number;
  readonly epsilon: number | null;
  /** Of the loss at its ε against its limit, first and second order in ε; 0 for losses without ε. */
  readonly bias: number;
  /** Standard error of `bias`, which is an estimate from the same points. */
  readonly biasError: number;
  /** Root mean square round-off of one sample. */
  readonly sampleRoundOff: number;
  /** The same of the mean, round-offs of different samples being independent: `sampleRoundOff`/√n. */
  readonly roundOff: number;
  /** Standard error of the mean: the spread of the terms over points and noise, without round-off, by √n. */
  readonly monteCarlo: number;
  /** The largest of the three. */
  readonly dominant: 'bias' | 'round-off' | 'Monte Carlo';
  /** All of it in one line. */
  readonly summary: string;
}

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;

/** Standard deviation. */
function deviation(values: ArrayLike<number>): number {
  const centre = mean(values);
  return Math.sqrt(mean(Array.from(values, (v) => (v - centre) ** 2)));
}

type Terms = NonNullable<Objective['terms']>;

/** The terms as numbers, the noise and its opposite averaged, so that odd powers of √ε drop out. */
async function pairedTerms(terms: Terms, energy: Energy, x: Tensor2D, noise: Tensor | undefined): Promise<Float64Array> {
  const values = tf.tidy(() => {
    const ahead = terms(energy, x, noise);
    return noise === undefined ? ahead : (tf.mul(0.5, tf.add(ahead, terms(energy, x, tf.neg(noise)))) as Tensor1D);
  });
  const numbers = Float64Array.from(await values.data());
  values.dispose();
  return numbers;
}

/**
 * The first two orders of the bias at ε, by Richardson extrapolation over the steps h, h/2 and h/4 on the same points and noise: where
 * f(h) = f(0) + b h + c h², b h = 8 (f(h/2) − f(h/4)) − 2 (f(h) − f(h/2)).
 */
async function biasOf(
  at: (epsilon: number) => Objective,
  epsilon: number,
  h: number,
  energy: Energy,
  x: Tensor2D,
  noise: Tensor | undefined,
) {
  const values = [];
  for (const step of [h, h / 2, h / 4]) values.push(await pairedTerms(at(step).terms as Terms, energy, x, noise));
  const [whole, half, quarter] = values;
  const ratio = epsilon / h;
  const each = Float64Array.from(whole, (f, i) => {
    const [outer, inner] = [f - half[i], half[i] - quarter[i]];
    return (8 * inner - 2 * outer) * ratio + (8 / 3) * (outer - 2 * inner) * ratio ** 2;
  });
  return { bias: mean(each), biasError: deviation(each) / Math.sqrt(each.length) };
}

const shown = (value: number): string => value.toPrecision(2);

function describe(
  { loss, epsilon, bias, biasError, roundOff, monteCarlo }: Omit<ErrorBudget, 'dominant' | 'summary'>,
  name: string,
  n: number,
) {
  const sizes = { bias: Math.abs(bias), 'round-off': roundOff, 'Monte Carlo': monteCarlo };
  const [dominant] = Object.entries(sizes).reduce((most, entry) => (entry[1] > most[1] ? entry : most)) as [keyof typeof sizes, number];
  const step = epsilon === null ? '' : `, ε = ${Number(epsilon.toPrecision(2))}`;
  const summary =
    `${name}${step}, ${n} points: L = ${loss.toPrecision(4)}; bias ${shown(bias)} ± ${shown(biasError)}, round-off ${shown(roundOff)}, ` +
    `Monte Carlo ${shown(monteCarlo)}: mostly ${dominant}`;
  return { dominant, summary };
}

/**
 * What errs in the mean of a loss over some points: the bias of its step ε, measured by Richardson extrapolation; the round-off, measured by moving the
 * points a little; and the Monte-Carlo error of points and noise. For MVL-LD the bias of L = 2J is −2ε E[⅛∇EᵀH∇E − ½⟨∇E, ∇ΔE⟩ + ½Δ²E] with
 * gaussian noise; with Rademacher noise, whose fourth moments are smaller, ½Δ²E becomes ½Δ²E − ⅓ Σᵢ∂ᵢ⁴E.
 * The steps of the extrapolation are ε, ε/2 and ε/4, or start from 4 `suggestEpsilon(x)` where that is larger, so that round-off is small in all three.
 *
 * @param x points `[n, m]`, of which n ≥ 100 give a meaningful error
 * @param seed of the noise. Default 0
 * @throws Error where the loss does not give its terms, and as the loss does; as `dataScale`
 */
export async function errorBudget(objective: Objective, energy: Energy, x: Tensor2D, { seed = 0 } = {}): Promise<ErrorBudget> {
  register();
  const { terms, epsilon, name, atEpsilon } = objective;
  if (terms === undefined) throw new Error(`errorBudget: ${name} is not a mean of terms, so that its error cannot be told from one batch.`);
  const noise = objective.noise === null ? undefined : drawNoise(objective.noise, x.shape, randomStream(seed, 0));
  try {
    const values = terms(energy, x, noise);
    const own = (await values.data()) as Float32Array;
    values.dispose();
    const perSample = await sampleRoundOff(own, objective, energy, x, noise, seed);
    const n = own.length;
    const spread = Math.sqrt(Math.max(0, deviation(own) ** 2 - perSample ** 2));
    const biased = epsilon !== null && epsilon > 0 && atEpsilon !== undefined;
    const { bias, biasError } = biased
      ? await biasOf(atEpsilon, epsilon, Math.max(epsilon, 4 * suggestEpsilon(x, objective.manifold)), energy, x, noise)
      : { bias: 0, biasError: 0 };
    const numbers = {
      loss: mean(own),
      epsilon,
      bias,
      biasError,
      sampleRoundOff: perSample,
      roundOff: perSample / Math.sqrt(n),
      monteCarlo: spread / Math.sqrt(n),
    };
    return { ...numbers, ...describe(numbers, name, n) };
  } finally {
    noise?.dispose();
  }
}
