import * as tf from '@tensorflow/tfjs';
import type { EnergyModel } from '../plugin/energy/energyModel.ts';
import { register } from '../plugin/gradients/register.ts';
import { learningRateOf } from '../plugin/training/optimizers.ts';
import { checkOptionNames } from '../runtime/options.ts';
import { type Card, cardEntries, PRODUCER, versions } from './card.ts';
import { buildProgram } from './compile/buildProgram.ts';
import { LEARNING_RATE, traceWithOptimizer } from './compile/traceStep.ts';
import type { Exported } from './exportOnnx.ts';
import { symbol } from './ir/size.ts';
import { type Target, targetFor } from './onnx/target.ts';
import { writeModel } from './onnx/writer.ts';
import type { ExportFunction } from './trace/targets.ts';
import type { TracedInput } from './trace/traceOnce.ts';
import { checkNames, reportsOf } from './trainStep/checks.ts';
import { energyPlan } from './trainStep/energyPlan.ts';
import type { EnergySettings } from './trainStep/energySettings.ts';
import { type FunctionSettings, functionPlan } from './trainStep/functionPlan.ts';
import { initialValues, stateCards } from './trainStep/stateCards.ts';
import type { StepPlan } from './trainStep/stepPlan.ts';
import { withInitializers } from './trainStep/withInitializers.ts';

interface CommonOptions {
  /** How the card names the step. Default: the function's name, or that of the model's network. */
  readonly name?: string;
  /** ONNX operator set, 18 to 26. Default 21. */
  readonly opset?: number;
  /** Further entries of the card. */
  readonly metadata?: Card;
}

/** Options for a step that is a function. */
export interface TrainStepOptions extends CommonOptions, FunctionSettings {}

/** Options for the step of an energy model. */
export interface EnergyTrainStepOptions extends CommonOptions, EnergySettings {}

const OPTIONS = ['name', 'opset', 'metadata'];
const FUNCTION_OPTIONS = ['inputs', 'optimizer', 'noise'];
const ENERGY_OPTIONS = ['smoothing', 'clipNorm', 'weightDecay', 'averaging'];

/**
 * A step of training as one ONNX file, which goes on from where the variables and the optimiser are now; `loadTrainSession` of `tfjs-mvl/runtime` runs
 * it, and any onnxruntime can. Inputs: the batch, of any size; noise; numbers; `learningRate`, a scalar; the state. Outputs: the scalars that the step
 * returns, and the next state. The state's first values are initializers named `initial/<input>`, which no node reads.
 *
 * @param step a function of tensors that takes a step of its optimiser and returns a float32 scalar, then called `loss`, or a record of them; it must
 *   be synchronous, and randomness has to be an input. Or an energy model that was compiled: the step of its `fit`
 * @throws Error where the step has no graph (see `exportOnnx`), trains nothing, or not with the optimiser given; where its results are not scalars; for
 *   wrong inputs and settings
 */
export async function exportTrainStep(step: EnergyModel, options?: EnergyTrainStepOptions): Promise<Exported>;
export async function exportTrainStep(step: ExportFunction, options: TrainStepOptions): Promise<Exported>;
export async function exportTrainStep(
  step: EnergyModel | ExportFunction,
  options: EnergyTrainStepOptions | TrainStepOptions = {},
): Promise<Exported> {
  if (typeof step !== 'function' && step?.training === undefined)
    throw new TypeError(
      'exportTrainStep: expected a function that takes a step of its optimizer, or an energy model; see fitCompiled for layers models.',
    );
  checkOptionNames('exportTrainStep', options, [...OPTIONS, ...(typeof step === 'function' ? FUNCTION_OPTIONS : ENERGY_OPTIONS)]);
  const target = targetFor(options.opset);
  register();
  await tf.ready();
  const plan =
    typeof step === 'function' ? functionPlan(step, options as TrainStepOptions) : energyPlan(step, options as EnergyTrainStepOptions);
  try {
    return await write(plan, target, options);
  } finally {
    plan.dispose();
  }
}

async function write(plan: StepPlan, target: Target, { name, metadata }: CommonOptions): Promise<Exported> {
  const { optimizer } = plan;
  checkNames(plan);
  const inputs = plan.inputs.map(
    (input): TracedInput => ({
      name: input.name,
      dtype: input.dtype,
      shape: input.shape.map((size) => (typeof size === 'string' ? symbol(size) : size)),
    }),
  );
  const traced = traceWithOptimizer('trainStep', plan.step, inputs, optimizer);
  const graph = buildProgram(traced.graph);
  const reports = reportsOf(graph, traced.state, plan);
  const state = stateCards(traced.state, plan);
  const card: Card = {
    kind: 'train-step',
    name: name ?? plan.name,
    optimizer: { name: optimizer.getClassName(), learningRate: learningRateOf(optimizer), input: LEARNING_RATE },
    inputs: plan.inputs,
    reports,
    state,
    ...plan.card,
    producer: `${PRODUCER.name} ${PRODUCER.version}`,
    versions: versions(target.opset),
    ...metadata,
  };
  const bytes = writeModel({ main: graph, target, producer: PRODUCER, metadata: () => cardEntries(card) });
  return { bytes: withInitializers(bytes, await initialValues(traced.state, state)), graph, card };
}
