import type { LayersModel, Optimizer, Tensor2D, Variable } from '@tensorflow/tfjs';
import type { ConditionalEnergy, Energy } from '../energy/energy.ts';
import type { EnergyModel } from '../energy/energyModel.ts';
import type { Points } from '../energy/points.ts';
import { heatSteps } from '../manifolds/heatSteps.ts';
import { measured } from './closeEpoch.ts';
import { minibatchRows, type TrainingData, trainingData } from './data.ts';
import { drawEnergyInput } from './energyInputs.ts';
import { type EnergyStep, energyStepInputs, takeEnergyStep } from './energyStep.ts';
import { evaluatorOf } from './evaluator.ts';
import type { StepProgram } from './executor.ts';
import type { FitOptions, ValidationMetric } from './fitOptions.ts';
import { measuredScale } from './measuredScale.ts';
import { type Plan, planOf } from './plan.ts';
import { openRun, type Run } from './run.ts';
import type { LossAt } from './schedule.ts';
import { type Settings, settingsOf } from './settings.ts';
import { variablesOf } from './trainStep.ts';
import { drawnInputs, lossOn, validationLoss } from './validation.ts';
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

/** A run that trains an energy. */
export interface EnergyRun extends Run, Subject {
  readonly plan: Plan;
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

/** What is trained by, for the log: `mvlLd, ε = 0.0012`. */
function titleOf(plan: Plan): string {
  const [first, last] = [0, plan.steps - 1].map((step) => plan.objective(step));
  const steps = [...new Set([first.epsilon, last.epsilon])].map((epsilon) => epsilon?.toPrecision(3));
  return first.epsilon === null ? first.name : `${first.name}, ε = ${steps.join(' … ')}`;
}

/** Checks everything and puts the data on the backend. The caller disposes the run. */
export function openEnergyRun(given: Subject, x: Points, options: FitOptions): EnergyRun {
  const { model, network, host, optimizer } = given;
  const { validationData, validationSplit, seed = model.seed } = options;
  const settings = settingsOf<ValidationMetric>(options, validationData !== undefined || (validationSplit ?? 0) > 0);
  const data = trainingData(model.manifold, x, { validationData, validationSplit, seed });
  try {
    const { noiseLevels } = model;
    const subject: Subject = { ...given, lossAt: noiseLevels === null ? followData(given, options, data) : given.lossAt };
    const [points, columns] = data.train.shape;
    const plan = planOf(options, subject.lossAt, { points, ...settings }, noiseLevels);
    const { trained, all } = variables(subject, plan, data);
    const weights = trainingWeights(trained, all, settings.averaging);
    const energyStep = energyStepOf(subject, plan, settings, trained, weights);
    const inputs = energyStepInputs(energyStep, columns);
    const last = plan.objective(plan.steps - 1);
    const validated =
      plan.levels === null
        ? lossOn({ ...energyStep, objective: () => last }, drawnInputs(inputs), plan.sigma(plan.steps - 1))
        : lossOn(energyStep, drawnInputs(inputs), null);
    const evaluator = evaluatorOf(subject.energy, validated, options.executor);
    const lossState = plan.objective(0).state?.(columns) ?? [];
    const program: StepProgram = {
      name: 'trainStep',
      optimizer,
      data: { x: data.train },
      inputs,
      step: (batch, drawn) => takeEnergyStep(energyStep, { ...drawn, ...batch }),
      rows: minibatchRows(points, plan.batchSize, seed),
      draw: (name, step, into) => drawEnergyInput({ seed, plan, weights }, name, step, into),
      learningRate: plan.learningRate,
    };
    const run = openRun(
      {
        seed,
        settings,
        size: plan,
        data,
        program,
        // A loss given as a function of ε may compute with it, where it is a number.
        ...(plan.levels === null && {
          eagerStep: (step, batch, drawn) =>
            takeEnergyStep({ ...energyStep, objective: () => plan.objective(step) }, { ...drawn, ...batch }),
        }),
        trained,
        all,
        lossState,
        weights,
        host,
        identity: {
          manifold: model.manifold.name,
          network,
          settings: () => ({ ...plan.fingerprint(), ...(lossState.length > 0 && { lossState: lossState.map(({ shape }) => shape) }) }),
        },
        title: titleOf(plan),
        epsilon: (step) => plan.objective(step).epsilon,
        measure: async (state) => {
          const noise = { noise: last.noise, levels: plan.levels, seed };
          const { validation: points } = data;
          return {
            ...(points && { val_loss: await validationLoss(evaluator.loss, points as Tensor2D, drawnInputs(inputs), noise) }),
            ...(await measured(settings.metrics, state, settings.epochs, (metric) => metric.evaluate(model, points, evaluator))),
          };
        },
        dispose: () => evaluator.dispose(),
      },
      options,
    );
    return Object.assign(run, { ...subject, plan });
  } catch (error) {
    data.dispose();
    throw error;
  }
}
