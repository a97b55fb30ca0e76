import type { LayersModel, NamedTensorMap, Optimizer, Tensor, Tensor2D, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Points } from '../../plugin/energy/points.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { measured } from '../../plugin/training/closeEpoch.ts';
import { minibatchRows, trainingData } from '../../plugin/training/data.ts';
import { evaluationOf } from '../../plugin/training/evaluation.ts';
import type { Evaluation, Executor, StepProgram } from '../../plugin/training/executor.ts';
import { openRun, type Run } from '../../plugin/training/run.ts';
import { MOMENTS, progressAt, runSize } from '../../plugin/training/runSize.ts';
import { checkLearningRate } from '../../plugin/training/schedule.ts';
import { settingsOf } from '../../plugin/training/settings.ts';
import { STREAM } from '../../plugin/training/streams.ts';
import { trainingWeights } from '../../plugin/training/weights.ts';
import { randomStream } from '../../random/stream.ts';
import { LATENT_FIT, type LatentFitOptions, type LatentMetric } from './latentFitOptions.ts';
import type { LatentModel } from './latentModel.ts';
import { type LatentParts, latentCosts, latentNoise, takeLatentStep } from './latentStep.ts';
import { drawInputs, type NoiseInput, stepInput } from './noiseInput.ts';
import { checkRange } from './rows.ts';

/** Rows at once in validation. */
const CHUNK = 1024;

/** What `fit` trains. */
export interface LatentSubject {
  readonly model: LatentModel;
  readonly parts: LatentParts;
  /** All networks as one. */
  readonly container: LayersModel;
  readonly optimizer: Optimizer;
}

/** Means of the costs over validation rows, `[3]`, always with the same noise. */
function validator({ parts }: LatentSubject, noise: readonly NoiseInput[], rows: Tensor2D, seed: number, executor: Executor | undefined) {
  const costs = (x: Tensor, ...drawn: Tensor[]): Tensor => {
    const named: NamedTensorMap = Object.fromEntries(noise.map(({ name }, i) => [name, drawn[i]]));
    const { loss, reconstruction, regulariser } = latentCosts(parts, x as Tensor2D, named);
    return tf.stack([loss, reconstruction, regulariser]);
  };
  let made: Promise<Evaluation> | null = null;
  return {
    measure: async (): Promise<Record<string, number>> => {
      made ??= evaluationOf(costs, executor);
      const evaluate = await made;
      const [n, columns] = rows.shape;
      const sums = [0, 0, 0];
      for (let start = 0; start < n; start += CHUNK) {
        const size = Math.min(CHUNK, n - start);
        const x = tf.slice(rows, [start, 0], [size, columns]);
        const drawn = Object.values(drawInputs(noise, size, randomStream(seed, STREAM.validationNoise, start)));
        const means = await evaluate(x, ...drawn);
        for (const [i, value] of (await means.data()).entries()) sums[i] += (size * value) / n;
        tf.dispose([x, means, ...drawn]);
      }
      return { val_loss: sums[0], val_reconstruction: sums[1], val_regulariser: sums[2] };
    },
    dispose: async () => (await made)?.dispose(),
  };
}

/** Checks everything and puts the data on the backend. The caller disposes the run. */
export function openLatentRun(subject: LatentSubject, x: Points, options: LatentFitOptions): Run {
  const { model, parts, container, optimizer } = subject;
  const { validationData, validationSplit, learningRate, warmUp = 0, seed = model.seed } = options;
  const settings = settingsOf<LatentMetric>(options, validationData !== undefined || (validationSplit ?? 0) > 0, LATENT_FIT);
  checkLearningRate('fit', learningRate);
  if (!(warmUp >= 0 && warmUp < 1)) throw new RangeError(`fit: warmUp must be a share of the run in [0, 1); got ${warmUp}.`);
  const data = trainingData(euclidean(model.columns), x, { validationData, validationSplit, seed });
  try {
    checkRange(data.train, parts.likelihood, 'fit(x)');
    const size = runSize(data.train.shape[0], settings);
    const [trained, all] = [container.trainableWeights, container.weights].map((list) => list.map((weight) => weight.read() as Variable));
    const weights = trainingWeights(trained, all, settings.averaging);
    const noise = latentNoise(parts, model.columns);
    const step = {
      parts,
      variables: trained,
      optimizer,
      clipNorm: settings.clipNorm,
      weightDecay: settings.weightDecay,
      average: settings.averaging === null ? null : weights.average,
    };
    // Numbers that change from step to step, by their names.
    const varying: Readonly<Record<string, (at: number) => number>> = {
      ...(step.average !== null && { share: (at) => weights.share(at) as number }),
      ...(warmUp > 0 && { weight: (at) => parts.weight * Math.min(1, progressAt(size, at) / warmUp) }),
    };
    const program: StepProgram = {
      name: 'trainStep',
      optimizer,
      data: { x: data.train },
      inputs: [...noise.map(stepInput), ...Object.keys(varying).map((name) => ({ name, shape: [] }))],
      step: (batch, drawn) => takeLatentStep(step, { ...drawn, ...batch }),
      rows: minibatchRows(size.points, size.batchSize, seed),
      draw: (name, at, into) => {
        const i = noise.findIndex((input) => input.name === name);
        if (i < 0) into.fill(varying[name](at));
        else randomStream(seed, STREAM.noise, at, i).fill(into, noise[i].distribution);
      },
      learningRate: (at) => learningRate?.(progressAt(size, at)) ?? null,
    };
    const validate = data.validation && validator(subject, noise, data.validation, seed, options.executor);
    return openRun(
      {
        seed,
        settings,
        size,
        data,
        program,
        trained,
        all,
        lossState: [],
        weights,
        host: container,
        identity: {
          manifold: model.latent.name,
          network: container,
          settings: () => ({
            model: model.name,
            regulariser: { name: parts.regulariser.name, ...parts.regulariser.settings },
            likelihood: parts.likelihood.name,
            weight: parts.weight,
            batchSize: size.batchSize,
            learningRate: learningRate ? MOMENTS.map(learningRate) : null,
            warmUp,
            epochs: learningRate || warmUp > 0 ? settings.epochs : null,
          }),
        },
        title: `${model.name}, ${parts.regulariser.name}`,
        epsilon: () => null,
        measure: async (state) => ({
          ...(validate && (await validate.measure())),
          ...(await measured(settings.metrics, state, settings.epochs, (metric) => metric.evaluate(model, data.validation))),
        }),
        dispose: async () => validate?.dispose(),
      },
      options,
    );
  } catch (error) {
    data.dispose();
    throw error;
  }
}
