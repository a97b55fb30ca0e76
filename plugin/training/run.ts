import type { LayersModel, Optimizer, Tensor2D, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { ConditionalEnergy, Energy } from '../energy/energy.ts';
import type { EnergyModel } from '../energy/energyModel.ts';
import type { Points } from '../energy/points.ts';
import { heatSteps } from '../manifolds/heatSteps.ts';
import { type FitCallbacks, fitCallbacks } from './callbacks.ts';
import type { RunState } from './checkpoint.ts';
import { minibatchRows, rowsOf, type TrainingData, trainingData } from './data.ts';
import { type EnergyStep, energyStepInputs } from './energyStep.ts';
import { type Evaluator, evaluatorOf } from './evaluator.ts';
import type { StepInput } from './executor.ts';
import type { FitOptions } from './fitOptions.ts';
import { type LossReader, lossReader } from './losses.ts';
import { measuredScale } from './measuredScale.ts';
import { type Plan, planOf } from './plan.ts';
import type { LossAt } from './schedule.ts';
import { type Settings, settingsOf } from './settings.ts';
import { type Stepper, stepperOf } from './stepper.ts';
import { variablesOf } from './trainStep.ts';
import { drawnInputs, lossOn } from './validation.ts';
import { trainingWeights, type Weights } from './weights.ts';

/** What `fit` trains. */
export interface Subject {
  readonly model: EnergyModel;
  /** At the finest noise level, where there are levels. */
  readonly energy: Energy;
  /** The energy at every noise level; null: there are none. */
  readonly conditional: ConditionalEnergy | null;
  /** null where the energy is a plain function. */
  readonly network: LayersModel | null;
  /** Stands before tfjs callbacks for the model in training; its `stopTraining` ends the run. */
  readonly host: LayersModel;
  readonly optimizer: Optimizer;
  readonly lossAt: LossAt;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A run of training: what it works on, and how far it is. */
export interface Run extends Subject {
  readonly seed: number;
  readonly settings: Settings;
  readonly data: TrainingData;
  readonly plan: Plan;
  /** The variables that the optimiser moves. */
  readonly trained: readonly Variable[];
  /** Those and the fixed weights of the network. */
  readonly all: readonly Variable[];
  readonly weights: Weights;
  readonly losses: LossReader;
  readonly callbacks: FitCallbacks;
  /** The rows of a step's batch. */
  readonly rowsAt: (step: number) => Int32Array;
  readonly batchAt: (rows: Int32Array) => Tensor2D;
  readonly energyStep: EnergyStep;
  readonly stepInputs: readonly StepInput[];
  readonly state: Mutable<Omit<RunState, 'callbacks' | 'iterations'>>;
  /** What takes the steps: an executor's name, or tfjs's backend. */
  readonly backend: string;
  readonly stepper: Stepper;
  readonly evaluator: Evaluator;
  dispose(): Promise<void>;
}

function variables({ network, energy }: Subject, plan: Plan, data: TrainingData): Pick<Run, 'trained' | 'all'> {
  if (network === null) {
    const trained = variablesOf(energy, plan.objective(0), data.train);
    return { trained, all: trained };
  }
  const [trained, all] = [network.trainableWeights, network.weights].map((list) => list.map((weight) => weight.read() as Variable));
  if (trained.length === 0) throw new Error('fit: the network has no trainable weights.');
  return { trained, all };
}

function energyStepOf(
  { model, energy, conditional, optimizer, lossAt }: Subject,
  plan: Plan,
  settings: Settings,
  variables: readonly Variable[],
  weights: Weights,
): EnergyStep {
  const widest = plan.widest();
  const { traced } = lossAt;
  const first = plan.objective(0);
  if (conditional !== null && first.terms === undefined)
    throw new Error(
      `fit: the loss ${first.name} is no mean of one term for each sample, so that samples cannot have noise levels of their own. ` +
        'Use mvlRld, mvlLd or another loss whose samples do not act on each other.',
    );
  return {
    manifold: model.manifold,
    energy,
    conditional,
    variables,
    optimizer,
    clipNorm: settings.clipNorm,
    weightDecay: settings.weightDecay,
    noise: first.noise,
    blur: widest === null ? null : heatSteps(model.manifold, widest),
    adaptive: widest !== null && traced !== null,
    objective: (epsilon) => (epsilon === null || traced === null ? first : traced(epsilon)),
    average: settings.averaging === null ? null : weights.average,
  };
}

/** The loss, whose ε follows the scale of the training points where it is open and nothing else decides it. */
function followData({ lossAt, model }: Subject, { smoothing }: FitOptions, { train }: TrainingData): LossAt {
  const { forScale } = lossAt;
  const scale = smoothing === undefined && forScale !== null ? measuredScale(train, model.manifold) : null;
  return scale === null || forScale === null ? lossAt : forScale(scale);
}

/** Checks everything and puts the data on the backend. The caller disposes the run. */
export function prepareRun(subject: Subject, x: Points, options: FitOptions): Run {
  const { validationData, validationSplit, seed = subject.model.seed } = options;
  const settings = settingsOf(options, validationData !== undefined || (validationSplit ?? 0) > 0);
  const data = trainingData(subject.model.manifold, x, { validationData, validationSplit, seed });
  try {
    const { noiseLevels } = subject.model;
    const lossAt = noiseLevels === null ? followData(subject, options, data) : subject.lossAt;
    const plan = planOf(options, lossAt, { points: data.train.shape[0], ...settings }, noiseLevels);
    const { trained, all } = variables(subject, plan, data);
    const weights = trainingWeights(trained, all, settings.averaging);
    const state = { step: 0, epoch: 0, stopped: false, lossSum: 0, lossCount: 0, history: { epoch: [], history: {} }, best: null };
    const losses = lossReader((loss, size) => {
      run.state.lossSum += loss * size;
      run.state.lossCount += size;
    });
    const callbacks = fitCallbacks(options.callbacks, subject.host, {
      epochs: settings.epochs,
      samples: data.train.shape[0],
      steps: plan.stepsPerEpoch,
      batchSize: plan.batchSize,
      doValidation: data.validation !== null,
    });
    const dispose = async () => {
      await run.stepper.dispose();
      await run.evaluator.dispose();
      losses.dispose();
      weights.dispose();
      data.dispose();
    };
    const [points, columns] = data.train.shape;
    const energyStep = energyStepOf({ ...subject, lossAt }, plan, settings, trained, weights);
    const stepInputs = energyStepInputs(energyStep, columns);
    const last = plan.objective(plan.steps - 1);
    const validated =
      plan.levels === null
        ? lossOn({ ...energyStep, objective: () => last }, drawnInputs(stepInputs), plan.sigma(plan.steps - 1))
        : lossOn(energyStep, drawnInputs(stepInputs), null);
    const run: Run = {
      ...subject,
      lossAt,
      seed,
      settings,
      data,
      plan,
      trained,
      all,
      weights,
      losses,
      callbacks,
      state,
      energyStep,
      stepInputs,
      rowsAt: minibatchRows(points, plan.batchSize, seed),
      batchAt: (rows) => rowsOf(data.train, rows),
      evaluator: evaluatorOf(subject.energy, validated, options.executor),
      backend: options.executor?.name ?? tf.getBackend(),
      get stepper() {
        return stepper;
      },
      dispose,
    };
    const stepper = stepperOf(run, options.executor);
    return run;
  } catch (error) {
    data.dispose();
    throw error;
  }
}
