import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { gradientOf } from '../plugin/dynamics/gradientOf.ts';
import { secondDerivative } from '../plugin/dynamics/secondDerivative.ts';
import type { Energy } from '../plugin/energy/energy.ts';
import type { NoiseLevels } from '../plugin/energy/noiseLevels.ts';
import { type Points, toPoints } from '../plugin/energy/points.ts';
import { register } from '../plugin/gradients/register.ts';
import { columns } from '../plugin/manifolds/columns.ts';
import type { Manifold } from '../plugin/manifolds/manifold.ts';
import { randomTangent } from '../plugin/manifolds/metric.ts';
import { drawNoise } from '../plugin/noise/drawNoise.ts';
import { gaussian } from '../plugin/noise/gaussian.ts';
import { evaluationOf } from '../plugin/training/evaluation.ts';
import type { Evaluation, Executor } from '../plugin/training/executor.ts';
import { type RandomStream, randomStream } from '../random/stream.ts';
import { annealedImportanceSampling } from './annealedImportanceSampling.ts';
import { pacer } from './annealing/pacer.ts';
import { energyValues } from './energyValues.ts';
import { logPartition } from './logPartition.ts';
import { type Nats, natsOf } from './nats.ts';
import { quadratureOf } from './quadratureOf.ts';

/** What the likelihood needs of a model: its energies at all noise levels. An `energyModel` with `noiseLevels` is one. */
export interface BlurredEnergies {
  readonly manifold: Manifold;
  readonly noiseLevels: NoiseLevels | null;
  /** The energy at one σ, or at one for each point, `[batch, 1]`. */
  at(sigma: number | Tensor2D): Energy;
}

export interface ProbabilityFlowOptions {
  /** Steps of the Runge–Kutta rule, equal in log σ. Default 50, an error of 1e-5 nats for normal points over two decades of σ; more where modes part. */
  readonly steps?: number;
  /** Random directions for the Laplacian (Hutchinson), the same along a point's way; `'exact'`: one second derivative for each column. Default 'exact'. */
  readonly probes?: 'exact' | number;
  /** log Z of the coarsest energy in nats, where it is known. Default: by quadrature where there is a rule, else by annealed importance sampling. */
  readonly logZ?: number;
  /** Of the probes, and of the annealing. Default 0. */
  readonly seed?: number;
  /** Takes the steps, for example `onnxruntimeExecutor(ort)`. Default: tfjs. */
  readonly executor?: Executor;
  readonly onProgress?: (step: number, steps: number) => unknown;
  readonly signal?: AbortSignal;
}

/** `value`: the mean of −log p over the points. */
export interface ProbabilityFlowLikelihood extends Nats {
  /** log p of each point, for the density at the finest noise level, with respect to the manifold's volume. */
  readonly logDensities: Float64Array;
  /** log Z of the coarsest energy. */
  readonly logZ: number;
}

const NAME = 'probabilityFlowLikelihood';
/** Points at once. */
const CHUNK = 2048;
/** Third word of the probes' key. */
const PROBES = 0x5046;

function checkOptions(
  model: BlurredEnergies,
  { steps, probes, logZ }: ProbabilityFlowOptions & Required<Pick<ProbabilityFlowOptions, 'steps' | 'probes'>>,
): NoiseLevels {
  if (typeof model?.at !== 'function' || model.manifold === undefined)
    throw new TypeError(
      `${NAME}: expected an energyModel with noiseLevels, or { manifold, noiseLevels, at }; got ${model === null ? 'null' : typeof model}.`,
    );
  const { noiseLevels } = model;
  if (!noiseLevels)
    throw new Error(`${NAME}: this model has no noise levels. Give energyModel some, as in { noiseLevels: { from: 1, to: 0.01 } }.`);
  if (!Number.isInteger(steps) || steps < 1) throw new RangeError(`${NAME}: steps must be a whole number of at least 1; got ${steps}.`);
  if (probes !== 'exact' && !(Number.isInteger(probes) && probes >= 1))
    throw new RangeError(`${NAME}: probes must be 'exact' or a whole number of at least 1; got ${probes}.`);
  if (logZ !== undefined && !Number.isFinite(logZ))
    throw new RangeError(`${NAME}: logZ must be a finite number of nats; got ${JSON.stringify(logZ)}.`);
  return noiseLevels;
}

/** Directions in ambient coordinates, `[rows, k m]`: the axes, or normal noise. */
function directionsOf(probes: 'exact' | number, rows: number, m: number, stream: RandomStream): Tensor2D {
  if (probes !== 'exact') return drawNoise(gaussian(), [rows, probes * m], stream) as Tensor2D;
  return tf.tidy(() => tf.tile(tf.reshape(tf.eye(m), [1, m * m]), [rows, 1]));
}

/** Sum over the directions v of d²/ds² E(exp_x(s v)), for all of them at once. */
function curvature({ manifold, at }: BlurredEnergies, x: Tensor2D, sigma: Tensor2D, directions: Tensor2D): Tensor1D {
  const [batch, m] = x.shape;
  const count = directions.shape[1] / m;
  const copies = (t: Tensor2D): Tensor2D => tf.reshape(tf.tile(t, [1, count]), [batch * count, t.shape[1]]);
  const starts = copies(x);
  const energy = at(copies(sigma));
  const velocity = randomTangent(manifold, starts, tf.reshape(directions, [batch * count, m]));
  const each = secondDerivative((s) => energy(manifold.exp(starts, tf.mul(s, velocity))), batch * count);
  return tf.sum(tf.reshape(each, [batch, count]), 1);
}

/**
 * One step of the classical Runge–Kutta rule in τ = log σ for dx/dτ = σ² grad E(x, σ), da/dτ = σ² ΔE(x, σ). A state `[batch, m + 1]` holds x and a. The stages are
 * those of x′ = f(project(x)) in the space around the manifold, which stays on it: so the order is that of the rule.
 *
 * @param share of each direction in the Laplacian
 */
function flowStep(model: BlurredEnergies, share: number) {
  const { manifold, at } = model;
  const slope = (state: Tensor2D, sigma: Tensor2D, directions: Tensor2D): Tensor2D => {
    const m = state.shape[1] - 1;
    const x = manifold.project(columns(state, 0, m));
    const laplacian = tf.mul(share, curvature(model, x, sigma, directions));
    return tf.mul(tf.square(sigma), tf.concat([gradientOf(at(sigma), manifold)(x), tf.expandDims(laplacian, 1)], 1));
  };
  return (...inputs: Tensor[]): Tensor => {
    const [y, s, r, along] = inputs as Tensor2D[];
    // r is the root of the ratio of the step's σ: log r is half of the step.
    const half = tf.log(r);
    const middle = tf.mul(s, r) as Tensor2D;
    const k1 = slope(y, s, along);
    const k2 = slope(tf.add(y, tf.mul(half, k1)), middle, along);
    const k3 = slope(tf.add(y, tf.mul(half, k2)), middle, along);
    const k4 = slope(tf.add(y, tf.mul(tf.mul(2, half), k3)), tf.mul(middle, r), along);
    const rise = tf.addN([k1, tf.mul(2, k2), tf.mul(2, k3), k4] as Tensor2D[]);
    const next = tf.add(y, tf.mul(tf.div(half, 3), rise)) as Tensor2D;
    const m = next.shape[1] - 1;
    return tf.concat([manifold.project(columns(next, 0, m)), columns(next, m, m + 1)], 1);
  };
}

/** Carries points through all levels in equal steps of log σ. Returns states, `[rows, m + 1]`. */
async function travel(
  step: Evaluation,
  start: Tensor2D,
  directions: Tensor2D,
  levels: NoiseLevels,
  steps: number,
  pause: () => Promise<void>,
) {
  const [rows] = start.shape;
  const root = (levels.from / levels.to) ** (1 / (2 * steps));
  const ratio = tf.fill([rows, 1], root);
  let state: Tensor = tf.tidy(() => tf.concat([start, tf.zeros([rows, 1])], 1));
  try {
    for (let k = 0; k < steps; k++) {
      const sigma = tf.fill([rows, 1], levels.to * root ** (2 * k));
      const before = state;
      state = await step(before, sigma, ratio, directions).finally(() => sigma.dispose());
      before.dispose();
      await pause();
    }
    return (await state.data()) as Float32Array;
  } finally {
    tf.dispose([state, ratio]);
  }
}

async function coarsestLogZ(model: BlurredEnergies, from: number, { seed = 0, executor }: ProbabilityFlowOptions): Promise<number> {
  const rule = quadratureOf(model.manifold);
  if (rule !== null) return logPartition(model.at(from), rule);
  const settings = { chains: 64, temperatures: 200, seed, ...(executor && { executor }) };
  return (await annealedImportanceSampling(model.at(from), model.manifold, settings)).logZ;
}

/**
 * Likelihood of the density at the finest noise level by the probability flow through all of them. Blurring over t = σ² obeys ∂p/∂t = ½Δp, which is transport
 * with the velocity −½ grad log p = ½ grad E. Along it, in τ = log σ,
 *
 *     dx/dτ = σ² grad E(x, σ),    d log p/dτ = −σ² ΔE(x, σ),
 *
 * so that log p(x, to) = −E(y, from) − log Z(from) + ∫ σ² ΔE dτ, where y is the point that x is carried to. (Song et al. 2021, "Score-Based Generative Modeling
 * through Stochastic Differential Equations", §4.3, on any manifold.) Only the coarsest energy has to be normalised. The masses of modes that lie far apart come from
 * the coarse levels, where they can be learnt, and not from the finest energy: where the two disagree, this is not −E − log Z.
 *
 * @param x points `[n, m]`, n ≥ 1
 * @throws Error where the model has no noise levels, for points that do not fit the manifold, and where an energy is not finite on the way; RangeError for
 *   options out of range; as `logPartition` or `annealedImportanceSampling` without `logZ`
 */
export async function probabilityFlowLikelihood(
  model: BlurredEnergies,
  x: Points,
  options: ProbabilityFlowOptions = {},
): Promise<ProbabilityFlowLikelihood> {
  const { steps = 50, probes = 'exact', seed = 0, executor, onProgress, signal } = options;
  const levels = checkOptions(model, { ...options, steps, probes });
  register();
  await tf.ready();
  const points = toPoints(model.manifold, x, `${NAME}(x)`);
  const [n, m] = points.shape;
  if (n === 0) throw new Error(`${NAME}: expected at least one point, got [0, ${m}].`);
  const step = await evaluationOf(flowStep(model, probes === 'exact' ? 1 : 1 / probes), executor);
  const pause = pacer(steps * Math.ceil(n / CHUNK), onProgress, signal);
  const [ends, gains] = [new Float32Array(n * m), new Float64Array(n)];
  try {
    const logZ = options.logZ ?? (await coarsestLogZ(model, levels.from, options));
    for (let first = 0; first < n; first += CHUNK) {
      const rows = Math.min(CHUNK, n - first);
      const start = tf.slice(points, [first, 0], [rows, m]);
      const directions = directionsOf(probes, rows, m, randomStream(seed, first, PROBES));
      const states = await travel(step, start, directions, levels, steps, pause).finally(() => tf.dispose([start, directions]));
      for (let i = 0; i < rows; i++) {
        const state = states.subarray(i * (m + 1), (i + 1) * (m + 1));
        ends.set(state.subarray(0, m), (first + i) * m);
        gains[first + i] = state[m];
      }
    }
    const energies = await energyValues(model.at(levels.from), ends, m, NAME);
    const losses = energies.map((energy, i) => energy + logZ - gains[i]);
    const mean = natsOf(losses);
    if (!Number.isFinite(mean.value))
      throw new Error(`${NAME}: an energy is not finite on the way from σ = ${levels.to} to ${levels.from}.`);
    return { ...mean, logDensities: losses.map((loss) => -loss), logZ };
  } finally {
    if (points !== x) points.dispose();
    await step.dispose();
  }
}
