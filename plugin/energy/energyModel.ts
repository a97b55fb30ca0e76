import type { io, LayersModel, Optimizer, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { SampleOptions } from '../dynamics/chain.ts';
import type { Dynamics } from '../dynamics/dynamics.ts';
import type { Objective } from '../losses/objective.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import type { FitHistory, FitOptions } from '../training/fitOptions.ts';
import type { TrainingSummary } from '../training/summary.ts';
import type { Energy } from './energy.ts';
import type { Points } from './points.ts';

export interface EnergyModelOptions {
  readonly manifold: Manifold;
  /**
   * A layers model from points `[batch, m]` to `[batch, 1]`, the energy, or to `[batch, m]`, read as E(x) = ⟨f(x), x⟩; or any energy.
   * Default: an MLP with weights drawn from `seed`.
   */
  readonly network?: LayersModel | Energy;
  /** Default 0. */
  readonly seed?: number;
}

/** A loss; or how to make one at a given step size, so that `fit` can tie the step to the smoothing, ε = 0.02 σ². */
export type LossOption = Objective | ((epsilon: number) => Objective);

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
  readonly network: LayersModel | Energy;
  readonly seed: number;
  /** What the last `fit` did; null before. */
  readonly summary: TrainingSummary | null;
  /** The sampler that `sample` runs: `langevin` on Euclidean space, `riemannianLangevin` on other manifolds. */
  readonly dynamics: Dynamics;
  /** Suggested step size of `dynamics`. */
  readonly stepSize: number;
  /** Set to true by a callback to end training after the epoch, as on a `tf.LayersModel`. */
  stopTraining: boolean;
  compile(options?: CompileOptions): void;
  fit(x: Points, options?: FitOptions): Promise<FitHistory>;
  /** Energies in nats, `[n]`. Rows of numbers are checked to lie on the manifold; of a tensor only the shape is, so that this can be differentiated and traced. */
  energy(x: Points): Tensor1D;
  /** Scores −grad E, Riemannian on a manifold, `[n, m]`; checks as `energy`. */
  score(x: Points): Tensor2D;
  /** Points `[n, m]` at the end of n chains that start from `manifold.fromGaussian`. */
  sample(options: EnergySampleOptions): Promise<Tensor2D>;
  /** Saves to a folder (`file://…` or a path, in Node) or to any url or handler that tfjs knows. The folder is replaced as a whole or not at all. */
  save(url: string | io.IOHandler): Promise<void>;
  /** Frees the network's weights and, where `compile` made it, the optimiser. */
  dispose(): void;
}
