import type { io, LayersModel, Optimizer, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { randomStream } from '../../random/stream.ts';
import { runChain, type SampleOptions, sample } from '../dynamics/chain.ts';
import type { Dynamics } from '../dynamics/dynamics.ts';
import { langevin } from '../dynamics/langevin.ts';
import { riemannianLangevin } from '../dynamics/riemannianLangevin.ts';
import type { Objective } from '../losses/objective.ts';
import { scoreOf } from '../losses/scoreOf.ts';
import { isFlat } from '../manifolds/isFlat.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { drawNoise } from '../noise/drawNoise.ts';
import { gaussian } from '../noise/gaussian.ts';
import { register } from '../register.ts';
import { fitEnergy } from '../training/fitEnergy.ts';
import type { FitHistory, FitOptions } from '../training/fitOptions.ts';
import { makeOptimizer } from '../training/optimizers.ts';
import { type LossAt, lossAt } from '../training/schedule.ts';
import { LARGEST_STEP } from '../training/stepSize.ts';
import { STREAM } from '../training/streams.ts';
import type { TrainingSummary } from '../training/summary.ts';
import { annealing } from './annealing.ts';
import { conditionalEnergy } from './conditionalEnergy.ts';
import type { ConditionalEnergy, Energy } from './energy.ts';
import { mlpEnergy } from './mlpEnergy.ts';
import { conditionalNetworkEnergy, hostOf, isLayersModel, networkEnergy } from './networkEnergy.ts';
import { atLevel, checkNoiseLevels, type NoiseLevels } from './noiseLevels.ts';
import { type Points, toPoints } from './points.ts';
import { loadNetwork, saveNetwork } from './saveModel.ts';

export interface EnergyModelOptions {
  readonly manifold: Manifold;
  /**
   * A layers model from points `[batch, m]` to `[batch, 1]`, the energy, or to `[batch, m]`, read as E(x) = ⟨f(x), x⟩; or any energy. With noise levels
   * one of two inputs, points and log σ `[batch, 1]`; or any conditional energy.
   * Default: `mlpEnergy`, with noise levels `conditionalEnergy`, with weights drawn from `seed`.
   */
  readonly network?: LayersModel | ConditionalEnergy;
  /** Learn the energies of the data blurred at every σ between these, each sample of a batch at one of its own. Default: none. */
  readonly noiseLevels?: NoiseLevels | null;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * A loss; or how to make one at a given step size, so that `fit` can tie the step to the smoothing, ε = 0.02 σ², or without smoothing to the data's scale s,
 * ε = 1e-3 s²; `scale` is then s, for losses that have the option.
 */
export type LossOption = Objective | ((epsilon: number, scale: number) => Objective);

export interface CompileOptions {
  /** A tfjs optimiser, or the name of one with its usual learning rate. Default 'adam'. */
  readonly optimizer?: Optimizer | string;
  /** Default: `mvlLd` on Euclidean space and `mvlRld` on other manifolds. */
  readonly loss?: LossOption;
}

export interface EnergySampleOptions extends Partial<SampleOptions> {
  /** Number of samples, each from a chain of its own. `steps` is 1000 by default, `stepSize` and `seed` the model's. */
  readonly n: number;
}

/** An energy on a manifold that is trained on points, evaluated, sampled and saved. The density is exp(−energy), up to a constant. */
export interface EnergyModel {
  readonly manifold: Manifold;
  readonly network: LayersModel | ConditionalEnergy;
  /** null: there are none. Where there are, `energy`, `score` and what is validated and exported are those of the finest. */
  readonly noiseLevels: NoiseLevels | null;
  readonly seed: number;
  /** What the last `fit` did; null before. */
  readonly summary: TrainingSummary | null;
  /** The sampler that `sample` runs: `langevin` on Euclidean space, `riemannianLangevin` on other manifolds. */
  readonly dynamics: Dynamics;
  /** Suggested step size of `dynamics`. */
  readonly stepSize: number;
  /**
   * What `compile` gave the model to train with, at the scale of the data that `fit` saw last, and the energy that is trained; null before. For exporters.
   *
   * @internal
   */
  readonly training: { readonly optimizer: Optimizer; readonly lossAt: LossAt; readonly energy: Energy } | null;
  /** Set to true by a callback to end training after the epoch, as on a `tf.LayersModel`. */
  stopTraining: boolean;
  compile(options?: CompileOptions): void;
  fit(x: Points, options?: FitOptions): Promise<FitHistory>;
  /** Energies in nats, `[n]`. Rows of numbers are checked to lie on the manifold; of a tensor only the shape is, so that this can be differentiated and traced. */
  energy(x: Points): Tensor1D;
  /** Scores −grad E, Riemannian on a manifold, `[n, m]`; checks as `energy`. */
  score(x: Points): Tensor2D;
  /**
   * The energy at a noise level, as `energy` is at the finest; or at one for each point, `[n, 1]`.
   *
   * @throws Error where the model has no levels; RangeError where sigma is a number that is not between them
   */
  at(sigma: number | Tensor2D): (x: Points) => Tensor1D;
  /** Points `[n, m]` at the end of n chains that start from `manifold.fromGaussian`, and go from the coarsest noise level to the finest where there are any. */
  sample(options: EnergySampleOptions): Promise<Tensor2D>;
  /** Saves to a folder (`file://…` or a path, in Node) or to any url or handler that tfjs knows. The folder is replaced as a whole or not at all. */
  save(url: string | io.IOHandler): Promise<void>;
  /** Frees the network's weights and, where `compile` made it, the optimiser. */
  dispose(): void;
}

/** What a model has made itself, and so frees itself, and what it knows from an earlier life. */
interface Origin {
  readonly ownsNetwork: boolean;
  readonly summary: TrainingSummary | null;
}

function assemble({ manifold, network, seed, noiseLevels }: Required<EnergyModelOptions>, origin: Origin): EnergyModel {
  const conditional = noiseLevels && conditionalNetworkEnergy(network, manifold);
  const potential =
    conditional === null ? networkEnergy(network as LayersModel | Energy, manifold) : atLevel(conditional, noiseLevels?.to as number);
  const layers = isLayersModel(network) ? network : null;
  const host = hostOf(network);
  const gradient = scoreOf(potential, manifold);
  const dynamics = isFlat(manifold) ? langevin() : riemannianLangevin(manifold);
  let compiled: { optimizer: Optimizer; lossAt: LossAt; owned: boolean } | null = null;
  /** The loss at the scale of the data that `fit` saw last. */
  let fitted: LossAt | null = null;
  let summary = origin.summary;
  let fitting = false;

  const model: EnergyModel = {
    manifold,
    network,
    noiseLevels,
    seed,
    dynamics,
    get summary() {
      return summary;
    },
    get stepSize() {
      return summary?.stepSize ?? LARGEST_STEP;
    },
    get training() {
      return compiled && { optimizer: compiled.optimizer, lossAt: fitted ?? compiled.lossAt, energy: potential };
    },
    get stopTraining() {
      return host.stopTraining;
    },
    set stopTraining(stop) {
      host.stopTraining = stop;
    },
    compile: ({ optimizer = 'adam', loss } = {}) => {
      // Signs have less variance than normal noise, and cost no second evaluation as antithetic pairs do.
      const at = lossAt(loss, manifold, noiseLevels === null ? {} : { noise: 'rademacher' });
      const made = typeof optimizer === 'string' ? makeOptimizer(optimizer) : optimizer;
      if (compiled?.owned) compiled.optimizer.dispose();
      compiled = { optimizer: made, lossAt: at, owned: made !== optimizer };
      fitted = null;
    },
    fit: async (x, options = {}) => {
      if (fitting) throw new Error('fit: this model is in training; wait for the other call to end.');
      if (compiled === null) model.compile();
      const { optimizer, lossAt: at } = compiled as NonNullable<typeof compiled>;
      fitting = true;
      try {
        const done = await fitEnergy({ model, energy: potential, conditional, network: layers, host, optimizer, lossAt: at }, x, options);
        summary = done.summary;
        fitted = done.lossAt;
        return done.history;
      } finally {
        fitting = false;
      }
    },
    energy: (x) => tf.tidy(() => potential(toPoints(manifold, x, 'energy(x)'))),
    score: (x) => tf.tidy(() => gradient(toPoints(manifold, x, 'score(x)'))),
    at: (sigma) => {
      if (conditional === null || noiseLevels === null)
        throw new Error('at: this model has no noise levels. Give energyModel some, as in { noiseLevels: { from: 1, to: 0.01 } }.');
      if (typeof sigma === 'number' && !(sigma >= noiseLevels.to && sigma <= noiseLevels.from))
        throw new RangeError(`at: sigma must be between the noise levels ${noiseLevels.to} and ${noiseLevels.from}; got ${sigma}.`);
      const energy = atLevel(conditional, sigma);
      return (x) => tf.tidy(() => energy(toPoints(manifold, x, 'at(sigma)(x)')));
    },
    sample: async ({ n, steps = 1000, stepSize = model.stepSize, seed: own = seed, ...rest }) => {
      const start = startingPoints(manifold, layers, n, own);
      const settings = { ...rest, steps, stepSize, seed: own };
      const chain =
        conditional === null || noiseLevels === null
          ? sample(dynamics, potential, start, settings)
          : runChain(dynamics, annealing(conditional, noiseLevels, settings), start, settings);
      return chain.finally(() => start.dispose());
    },
    save: async (url) => {
      if (layers === null)
        throw new Error(
          'save: this energy is a plain function, which cannot be saved. Write it as a tf.LayersModel, or export it to ONNX.',
        );
      await saveNetwork(layers, url, { manifold: manifold.name, seed, noiseLevels, summary });
    },
    dispose: () => {
      if (compiled?.owned) compiled.optimizer.dispose();
      compiled = null;
      if (origin.ownsNetwork) layers?.dispose();
    },
  };
  return model;
}

/** n starting points for sampling, `[n, m]`. */
function startingPoints(manifold: Manifold, network: LayersModel | null, n: number, seed: number): Tensor2D {
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`sample: n must be a positive integer; got ${n}.`);
  const columns = manifold.ambientDim ?? network?.inputs[0].shape[1];
  if (columns == null)
    throw new Error(
      `sample: ${manifold.name} does not say how many columns its points have. Give the dimension, for example euclidean(2).`,
    );
  return tf.tidy(() => manifold.fromGaussian(drawNoise(gaussian(), [n, columns], randomStream(seed, STREAM.sample)) as Tensor2D));
}

/** @throws TypeError where there are no options, or the manifold is none */
function checkedOptions(options: EnergyModelOptions): EnergyModelOptions {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(
      `energyModel: expected options such as { manifold: sphere(2) }; got ${options === null ? 'null' : typeof options}.`,
    );
  if (typeof options.manifold?.exp === 'function') return options;
  const hint = typeof (options as unknown as Manifold).exp === 'function' ? ' Give it by name: energyModel({ manifold }).' : '';
  throw new TypeError(
    `energyModel: expected a manifold such as sphere(2) or euclidean(3); got ${JSON.stringify(options.manifold)}.${hint}`,
  );
}

/**
 * An energy model: a network, or any energy function, on a manifold.
 *
 * @throws TypeError where the manifold is none; RangeError for wrong noise levels; Error where the network does not fit it
 */
export function energyModel(options: EnergyModelOptions): EnergyModel {
  const { manifold, network, seed = 0, noiseLevels = null } = checkedOptions(options);
  register();
  const levels = noiseLevels && checkNoiseLevels(noiseLevels);
  const made = network ?? (levels === null ? mlpEnergy({ manifold, seed }) : conditionalEnergy({ manifold, noiseLevels: levels, seed }));
  return assemble({ manifold, seed, network: made, noiseLevels: levels }, { ownsNetwork: network === undefined, summary: null });
}

/**
 * Loads a model that `save` wrote, with its manifold, network and training summary.
 *
 * @param url a folder (`file://…` or a path, in Node), or any url or handler that tfjs knows
 * @throws where there is none
 */
export async function loadEnergyModel(url: string | io.IOHandler): Promise<EnergyModel> {
  register();
  const { summary, ...options } = await loadNetwork(url);
  return assemble(options, { ownsNetwork: true, summary });
}
