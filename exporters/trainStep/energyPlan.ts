import type { NamedTensorMap, Scalar, Tensor, Tensor2D, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { EnergyModel } from '../../plugin/energy/energyModel.ts';
import { isLayersModel } from '../../plugin/energy/networkEnergy.ts';
import type { Objective } from '../../plugin/losses/objective.ts';
import { heatSteps } from '../../plugin/manifolds/heatSteps.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { drawNoise } from '../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../plugin/noise/gaussian.ts';
import { type EnergyStep, energyStepInputs, takeEnergyStep } from '../../plugin/training/energyStep.ts';
import { epsilonFor, widestFollowed } from '../../plugin/training/schedule.ts';
import { variablesOf } from '../../plugin/training/trainStep.ts';
import { randomStream } from '../../random/stream.ts';
import { averagesOf } from './averages.ts';
import { type EnergySettings, energySettings } from './energySettings.ts';
import type { InputCard, StepPlan } from './stepPlan.ts';

/** Columns of the model's points, from the manifold or else from the network. */
function columnsOf({ network, manifold }: EnergyModel): number {
  const columns = manifold.ambientDim ?? (isLayersModel(network) ? network.inputs[0].shape.at(-1) : null);
  if (typeof columns === 'number') return columns;
  throw new Error(
    `exportTrainStep: cannot tell how many columns the points of ${manifold.name} have: give the manifold its dimension, for example euclidean(3)`,
  );
}

/** The variables that the optimiser moves, as `fit` finds them. */
function trainedOf({ network, manifold }: EnergyModel, energy: EnergyStep['energy'], objective: Objective, columns: number): Variable[] {
  if (isLayersModel(network)) {
    if (network.trainableWeights.length === 0) throw new Error('exportTrainStep: the network has no trainable weights.');
    return network.trainableWeights.map((weight) => weight.read() as Variable);
  }
  const points = tf.tidy(() => manifold.fromGaussian(drawNoise(gaussian(), [2, columns], randomStream(0)) as Tensor2D));
  try {
    return variablesOf(energy, objective, points);
  } finally {
    points.dispose();
  }
}

const atMost = (manifold: Manifold) => {
  const widest = widestFollowed(manifold);
  return Number.isFinite(widest) ? { atMost: epsilonFor(widest, manifold) } : {};
};

/** What the card says of an input beyond its shape. */
function described(name: string, { smoothing, averaging }: ReturnType<typeof energySettings>, step: EnergyStep): Partial<InputCard> {
  const { manifold } = step;
  switch (name) {
    case 'blur':
      return { distribution: 'gaussian' };
    case 'noise':
      return step.noise === null ? {} : { distribution: step.noise.distribution };
    case 'sigma':
      return typeof smoothing === 'number' ? { default: smoothing } : {};
    case 'epsilon':
      return { default: { factor: epsilonFor(1, manifold), squareOf: 'sigma', ...atMost(manifold) } };
    default:
      return averaging === null ? {} : { default: { decay: averaging } };
  }
}

/**
 * The step that `fit` takes, of a model's own optimiser and loss: `x` `[batch, m]`, noise and numbers → `loss`.
 *
 * @throws Error where the model was not compiled, its points have no fixed number of columns, or nothing of it can be trained; RangeError for wrong settings
 */
export function energyPlan(model: EnergyModel, options: EnergySettings): StepPlan {
  const settings = energySettings(options);
  const { manifold, network, training } = model;
  if (training === null) throw new Error('exportTrainStep: this model has no optimiser and loss yet. Call model.compile() first.');
  if (model.noiseLevels !== null)
    throw new Error('exportTrainStep: a step at noise levels cannot be exported yet; train it with fit and an executor.');
  const { optimizer, lossAt, energy } = training;
  const columns = columnsOf(model);
  const smoothed = settings.smoothing !== null;
  const traced = smoothed ? lossAt.traced : null;
  const objective = lossAt(typeof settings.smoothing === 'number' ? settings.smoothing : null);
  const variables = trainedOf(model, energy, objective, columns);
  const averages = settings.averaging === null ? null : averagesOf(variables);
  const step: EnergyStep = {
    manifold,
    energy,
    conditional: null,
    variables,
    optimizer,
    clipNorm: settings.clipNorm,
    weightDecay: settings.weightDecay,
    // One step of the walk, where no width is known.
    blur: settings.smoothing === null ? null : typeof settings.smoothing === 'number' ? heatSteps(manifold, settings.smoothing) : 1,
    adaptive: traced !== null,
    objective: (epsilon: Scalar | Tensor2D | null) => (epsilon === null || traced === null ? objective : traced(epsilon)),
    noise: objective.noise,
    average: averages?.move ?? null,
  };
  const inputs: InputCard[] = [
    { name: 'x', shape: ['batch', columns], dtype: 'float32', manifold: manifold.name },
    ...energyStepInputs(step, columns).map(
      ({ name, shape }): InputCard => ({ name, shape, dtype: 'float32', ...described(name, settings, step) }),
    ),
  ];
  return {
    name: isLayersModel(network) ? network.name : 'energy',
    optimizer,
    inputs,
    step: (...tensors: Tensor[]) => {
      const named: NamedTensorMap = Object.fromEntries(inputs.map(({ name }, i) => [name, tensors[i]]));
      return takeEnergyStep(step, named);
    },
    averages: averages?.names ?? new Map(),
    card: { manifold: manifold.name, loss: objective.name, epsilon: traced === null ? objective.epsilon : null, ...settings },
    dispose: () => averages?.dispose(),
  };
}
