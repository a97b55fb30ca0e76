import type { io, LayersModel, NamedTensorMap, Optimizer, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { checkOptionNames } from '../../plugin/checkOptionNames.ts';
import { gradientOf } from '../../plugin/dynamics/gradientOf.ts';
import { type Points, toPoints } from '../../plugin/energy/points.ts';
import { register } from '../../plugin/gradients/register.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { drawNoise } from '../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../plugin/noise/gaussian.ts';
import type { FitHistory } from '../../plugin/training/fitOptions.ts';
import { makeOptimizer } from '../../plugin/training/optimizers.ts';
import { STREAM } from '../../plugin/training/streams.ts';
import { trainRun } from '../../plugin/training/trainRun.ts';
import { randomStream } from '../../random/stream.ts';
import type { CodeEnergy } from './codeEnergy.ts';
import { containerOf } from './container.ts';
import type { LatentFitOptions } from './latentFitOptions.ts';
import { openLatentRun } from './latentRun.ts';
import type { LatentParts } from './latentStep.ts';
import { type LatentSummary, summarizeLatent } from './latentSummary.ts';
import type { Likelihood } from './likelihood.ts';
import { drawInputs } from './noiseInput.ts';
import { checkRange, toRows } from './rows.ts';
import { type LatentFacts, saveContainer } from './saveLatent.ts';

export interface LatentCompileOptions {
  /**
   * A tfjs optimiser, or the name of one with its usual settings. It moves all networks. Default: Adam with rate 1e-3; with β₁ = 0.5 where an energy or a critic
   * learns beside the encoder, so that each can follow the other.
   */
  readonly optimizer?: Optimizer | string;
}

export interface EncodeOptions {
  /** Fixes the noise of the encoder: the same codes for the same rows in the same order. Default: the model's seed. */
  readonly seed?: number;
  /** Noise for the encoder, `[n, encoderNoise]`, in place of the seed's: standard normal, but for a last column of von Mises–Fisher's, which is uniform. */
  readonly noise?: Tensor2D;
  /** Zeros for noise: the location of each row's law, of a Wasserstein autoencoder f(x, 0). It depends on that row alone. Default false. */
  readonly deterministic?: boolean;
}

/** A latent variable model of rows of numbers: an encoder from data to codes on a manifold, a decoder back. */
export interface LatentModel {
  /** `implicitVae`, `explicitVae` or `wae`. */
  readonly name: string;
  /** Where codes are. */
  readonly latent: Manifold;
  /** Columns of a row of data. */
  readonly columns: number;
  readonly likelihood: Likelihood;
  /** Columns of the encoder's noise; 0: it is deterministic. */
  readonly encoderNoise: number;
  readonly seed: number;
  /** Its networks by name. */
  readonly networks: Readonly<Record<string, LayersModel>>;
  /** What the last `fit` did; null before. */
  readonly summary: LatentSummary | null;
  /** Set to true by a callback to end training after the epoch, as on a `tf.LayersModel`. */
  stopTraining: boolean;
  /** @throws Error for unknown options, and for the name of no optimiser */
  compile(options?: LatentCompileOptions): void;
  /**
   * Trains on rows `[n, columns]`. The history has `loss`, the `reconstruction` and the `regulariser` in it, and the loss of the regulariser's own networks,
   * `estimator`. An implicit law is known up to a constant only: its `regulariser` and `loss` show no progress, `reconstruction` does.
   *
   * @throws RangeError for rows that are no data of the likelihood, and for wrong numbers among the options; Error for unknown options, and where it cannot resume;
   *   `TrainingDiverged`, `TrainingInterrupted`
   */
  fit(x: Points, options?: LatentFitOptions): Promise<FitHistory>;
  /**
   * Codes drawn for data, `[n, m]`. Rows given as numbers are checked to be data of the likelihood, a tensor only for its shape.
   *
   * @throws RangeError for numbers that are no such data, and a seed that is no integer; Error for another shape of the data or the noise, and for unknown options
   */
  encode(x: Points, options?: EncodeOptions): Tensor2D;
  /**
   * Means of the data given codes, `[n, columns]`.
   *
   * @throws Error for codes with another number of columns
   */
  decode(z: Points): Tensor2D;
  /** What the decoder puts out for codes, as the likelihood reads it: `[n, columns]`. */
  decoderOutput(z: Tensor2D): Tensor2D;
  /** `decode(encode(x))`. */
  reconstruct(x: Points, options?: EncodeOptions): Tensor2D;
  /**
   * Means of the data given n codes from the prior, `[n, columns]`.
   *
   * @throws RangeError where n is no positive integer; Error for unknown options
   */
  generate(options: { readonly n: number; readonly seed?: number }): Tensor2D;
  /**
   * Estimated energies of codes, −log q(z|x) up to a constant for each row of data, or −log q(z) of a model that learns the law of all codes, blurred as `WaeOptions.blur` says; `[n]`.
   *
   * @throws Error where the model learns neither, without the x that it needs, and for unequal numbers of rows
   */
  energy(z: Points, x?: Points): Tensor1D;
  /** Minus their gradients in z, Riemannian on a manifold, `[n, m]`. */
  score(z: Points, x?: Points): Tensor2D;
  /**
   * Saves to a folder (`file://…` or a path, in Node) or to any url or handler that tfjs knows, as `EnergyModel.save`.
   *
   * @throws Error where an objective or a likelihood is the caller's own
   */
  save(url: string | io.IOHandler): Promise<void>;
  /** Frees the networks and, where `compile` made it, the optimiser. */
  dispose(): void;
  /** @internal */
  readonly parts: LatentParts;
  /** @internal */
  readonly codeEnergy: CodeEnergy | null;
}

const ENCODE_OPTIONS: readonly (keyof EncodeOptions)[] = ['seed', 'noise', 'deterministic'];

/** Adam's rate in `tf.LayersModel.compile`. */
const RATE = 1e-3;
/** β₁ where networks follow each other: with 0.9 an implicit model was .96 nats worse. */
const LOW_MOMENTUM = 0.5;

/** A model's parts, and what it takes to put it together again. */
export interface LatentAssembly {
  readonly parts: LatentParts;
  readonly columns: number;
  readonly energy: CodeEnergy | null;
  readonly facts: Omit<LatentFacts, 'version' | 'summary'>;
  readonly summary: LatentSummary | null;
}

export function assembleLatentModel({ parts, columns, energy, facts, summary: before }: LatentAssembly): LatentModel {
  register();
  const { posterior, regulariser, likelihood, decoder, decode } = parts;
  const { latent } = posterior;
  const networks = { ...posterior.networks, decoder, ...regulariser.networks };
  const container = containerOf(networks);
  const encoderNoise = posterior.noise.reduce((sum, input) => sum + input.columns, 0);
  let compiled: { optimizer: Optimizer; owned: boolean } | null = null;
  let summary = before;
  let fitting = false;

  const noiseFor = (rows: number, { seed = facts.seed, noise, deterministic = false }: EncodeOptions): NamedTensorMap => {
    if (!Number.isInteger(seed)) throw new RangeError(`encode: seed must be a whole number; got ${JSON.stringify(seed)}.`);
    if (deterministic && noise !== undefined) throw new Error('encode: deterministic leaves noise out; give one or the other.');
    if (deterministic) return Object.fromEntries(posterior.noise.map(({ name, columns: width }) => [name, tf.zeros([rows, width])]));
    if (noise === undefined) return drawInputs(posterior.noise, rows, randomStream(seed, STREAM.sample));
    if (noise.rank !== 2 || noise.shape[0] !== rows || noise.shape[1] !== encoderNoise)
      throw new Error(`encode: noise must be [${rows}, ${encoderNoise}]; got [${noise.shape.join(', ')}].`);
    return Object.fromEntries(posterior.noise.map(({ name }, i) => [name, sliced(noise, posterior.noise, i)]));
  };
  const known = (where: string): CodeEnergy => {
    if (energy !== null) return energy;
    throw new Error(`${where}: ${facts.kind} with ${regulariser.name} learns no energy of codes.`);
  };
  const energyAt = (z: Points, x: Points | undefined, where: string) => {
    const { conditional, of } = known(where);
    if (conditional && x === undefined) throw new Error(`${where}: the energy is that of codes given data; give ${where}(z, x).`);
    const codes = toPoints(latent, z, `${where}(z)`);
    const rows = conditional ? toRows(x as Points, columns, `${where}(x)`) : null;
    if (rows !== null && rows.shape[0] !== codes.shape[0])
      throw new Error(`${where}: expected a row of data for each of ${codes.shape[0]} codes; got ${rows.shape[0]}.`);
    return { codes, of: (at: Tensor2D) => of(at, rows as Tensor2D) };
  };

  const model: LatentModel = {
    name: facts.kind,
    latent,
    columns,
    likelihood,
    encoderNoise,
    seed: facts.seed,
    networks,
    parts,
    codeEnergy: energy,
    get summary() {
      return summary;
    },
    get stopTraining() {
      return container.stopTraining;
    },
    set stopTraining(stop) {
      container.stopTraining = stop;
    },
    compile: (options = {}) => {
      checkOptionNames('compile', options, ['optimizer']);
      const { optimizer = tf.train.adam(RATE, Object.keys(regulariser.networks).length > 0 ? LOW_MOMENTUM : undefined) } = options;
      const made = typeof optimizer === 'string' ? makeOptimizer(optimizer) : optimizer;
      if (compiled?.owned) compiled.optimizer.dispose();
      compiled = { optimizer: made, owned: made !== options.optimizer };
    },
    fit: async (x, options = {}) => {
      if (fitting) throw new Error('fit: this model is in training; wait for the other call to end.');
      if (compiled === null) model.compile();
      const { optimizer } = compiled as NonNullable<typeof compiled>;
      fitting = true;
      try {
        options.signal?.throwIfAborted();
        const run = openLatentRun({ model, parts, container, optimizer }, x, options);
        return await trainRun(run, options, () => {
          summary = summarizeLatent(run, model);
          return run.state.history;
        });
      } finally {
        fitting = false;
      }
    },
    encode: (x, options = {}) =>
      tf.tidy(() => {
        checkOptionNames('encode', options, ENCODE_OPTIONS);
        const rows = toRows(x, columns, 'encode(x)');
        if (!(x instanceof tf.Tensor)) checkRange(rows, likelihood, 'encode(x)');
        return posterior.draw(rows, noiseFor(rows.shape[0], options)).z;
      }),
    decode: (z) => tf.tidy(() => likelihood.mean(decode(toPoints(latent, z, 'decode(z)')))),
    decoderOutput: decode,
    reconstruct: (x, options) => tf.tidy(() => likelihood.mean(decode(model.encode(x, options)))),
    generate: (options) =>
      tf.tidy(() => {
        checkOptionNames('generate', options, ['n', 'seed']);
        const { n, seed = facts.seed } = options;
        if (!Number.isInteger(n) || n < 1) throw new RangeError(`generate: n must be a positive integer; got ${n}.`);
        const normal = drawNoise(gaussian(), [n, latent.ambientDim as number], randomStream(seed, STREAM.sample, 1)) as Tensor2D;
        return likelihood.mean(decode(latent.fromGaussian(normal)));
      }),
    energy: (z, x) =>
      tf.tidy(() => {
        const { codes, of } = energyAt(z, x, 'energy');
        return of(codes);
      }),
    score: (z, x) =>
      tf.tidy(() => {
        const { codes, of } = energyAt(z, x, 'score');
        return tf.neg(gradientOf(of, latent)(codes));
      }),
    save: (url) => saveContainer(container, url, { ...facts, summary }),
    dispose: () => {
      if (compiled?.owned) compiled.optimizer.dispose();
      compiled = null;
      // A layers model inside another counts both as its owners; the weights are ours alone.
      tf.dispose(container.weights.map((weight) => weight.read()));
    },
  };
  return model;
}

/** The columns of noise that belong to the i-th input. */
function sliced(noise: Tensor2D, inputs: LatentParts['posterior']['noise'], i: number): Tensor2D {
  const before = inputs.slice(0, i).reduce((sum, { columns }) => sum + columns, 0);
  return tf.slice(noise, [0, before], [-1, inputs[i].columns]);
}
