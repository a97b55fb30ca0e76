import * as tf from '@tensorflow/tfjs';
import type { EnergyModel } from '../plugin/energy/energyModel.ts';
import { isLayersModel } from '../plugin/energy/networkEnergy.ts';
import { register } from '../plugin/gradients/register.ts';
import { scoreOf } from '../plugin/losses/scoreOf.ts';
import { type Card, cardEntries, PRODUCER, versions } from './card.ts';
import { compileGraph, type Exported } from './exportOnnx.ts';
import { formatSize, isSymbolic, symbol } from './ir/size.ts';
import { targetFor } from './onnx/target.ts';
import { FUNCTION_DOMAIN, writeModel } from './onnx/writer.ts';
import { noiseShape, START, STEP, startGraph, stepGraph } from './samplerGraphs.ts';

export interface EnergyExportOptions {
  /** How the card names the model. Default: the network's name. */
  readonly name?: string;
  /** ONNX operator set, 18 to 26. Default 21. */
  readonly opset?: number;
  /** The noise level to export, of a model that has levels. Default: the finest. */
  readonly sigma?: number;
  /** Further entries of the card. */
  readonly metadata?: Card;
}

/** Columns of the model's points, from the manifold or else from the network. */
function columnsOf(model: EnergyModel): number {
  const { network, manifold } = model;
  const columns = manifold.ambientDim ?? (isLayersModel(network) ? network.inputs[0].shape.at(-1) : null);
  if (typeof columns !== 'number') {
    throw new Error(
      `cannot tell how many columns the points of ${manifold.name} have: give the manifold its dimension, for example euclidean(3)`,
    );
  }
  return columns;
}

/**
 * One self-describing ONNX file of a trained energy: input `x` `[batch, m]`, outputs `energy` `[batch]` in nats and `score` `[batch, m]`,
 * minus the Riemannian gradient. The model's sampler goes along as local functions that `tfjs-mvl/runtime` calls; they cost a plain
 * onnxruntime nothing.
 *
 * @throws TypeError for another kind of model
 */
export async function exportEnergyModel(model: EnergyModel, options: EnergyExportOptions = {}): Promise<Exported> {
  const target = targetFor(options.opset);
  register();
  await tf.ready();
  if (typeof model?.energy !== 'function' || model.dynamics === undefined)
    throw new TypeError(
      `exportEnergyModel: expected an energy model, as energyModel(…) makes it; got ${'parts' in (model ?? {}) ? 'a latent variable model: use exportLatentModel' : typeof model}.`,
    );
  const columns = columnsOf(model);
  const { dynamics, manifold, summary } = model;
  const at = options.sigma === undefined ? null : model.at(options.sigma);
  const [energy, score] = at === null ? [model.energy, model.score] : [at, scoreOf(at, manifold)];
  const main = compileGraph('energy', (x) => ({ energy: energy(x as tf.Tensor2D), score: score(x as tf.Tensor2D) }), [
    { name: 'x', shape: [symbol('batch'), columns], dtype: 'float32' },
  ]);
  const step = stepGraph(dynamics, energy, columns);
  const start = startGraph(dynamics, columns);
  const noise = noiseShape(dynamics, columns);
  const spec = dynamics.noise && {
    distribution: dynamics.noise.distribution,
    shape: noise?.map((size) => (isSymbolic(size) ? formatSize(size) : size)),
  };
  // As `sample` anneals: in proportion to σ².
  const stepSize =
    model.stepSize * (model.noiseLevels === null ? 1 : ((options.sigma ?? model.noiseLevels.to) / model.noiseLevels.to) ** 2);
  let card: Card = {};
  const bytes = writeModel({
    main,
    functions: [step, start],
    target,
    producer: PRODUCER,
    metadata: (inputs) => {
      card = {
        name: options.name ?? (isLayersModel(model.network) ? model.network.name : 'energy'),
        manifold: manifold.name,
        units: 'nats',
        producer: `${PRODUCER.name} ${PRODUCER.version}`,
        epsilon: summary?.epsilon ?? null,
        ...(model.noiseLevels && { sigma: options.sigma ?? model.noiseLevels.to }),
        training: summary,
        versions: versions(target.opset),
        noise: spec === null ? {} : { noise: spec },
        sampler: { name: dynamics.name, domain: FUNCTION_DOMAIN, step: STEP, start: START, inputs, noise: spec, stepSize },
        ...options.metadata,
      };
      return cardEntries(card);
    },
  });
  return { bytes, graph: main, card };
}
