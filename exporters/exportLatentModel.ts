import * as tf from '@tensorflow/tfjs';
import type { LatentModel } from '../models/latent/latentModel.ts';
import { register } from '../plugin/gradients/register.ts';
import { type Card, cardEntries, PRODUCER, versions } from './card.ts';
import type { Exported } from './exportOnnx.ts';
import { LATENT_PARTS, type LatentPart, latentGraph, noiseCards } from './latentGraphs.ts';
import { targetFor } from './onnx/target.ts';
import { FUNCTION_DOMAIN, writeModel } from './onnx/writer.ts';

export interface LatentExportOptions {
  /** How the card names the model. Default: its kind, for example `implicitVae`. */
  readonly name?: string;
  /** ONNX operator set, 18 to 26. Default 21. */
  readonly opset?: number;
  /** Further entries of the card. */
  readonly metadata?: Card;
}

const cardOf = (model: LatentModel, opset: number, { name = model.name, metadata }: LatentExportOptions): Card => ({
  name,
  kind: model.name,
  manifold: model.latent.name,
  columns: model.columns,
  likelihood: model.likelihood.name,
  units: 'nats',
  producer: `${PRODUCER.name} ${PRODUCER.version}`,
  training: model.summary,
  versions: versions(opset),
  ...metadata,
});

function checkModel(model: LatentModel, where: string): void {
  if (model?.parts !== undefined) return;
  const what =
    typeof (model as { energy?: unknown } | undefined)?.energy === 'function' ? 'an energy model: use exportEnergyModel' : typeof model;
  throw new TypeError(`${where}: expected a latent variable model, as implicitVae(…), explicitVae(…) or wae(…) makes it; got ${what}.`);
}

/**
 * One self-describing ONNX file of a trained latent variable model. Its graph is the encoder: data `x` `[batch, columns]` and noise to codes `z` `[batch, m]`.
 * Decoder, prior, geodesics and, where the model has one, the score estimator go along as local functions that `tfjs-mvl/runtime` calls; `exportLatentPart`
 * writes each as a file of its own, for an onnxruntime without ours.
 *
 * @throws TypeError for another kind of model
 */
export async function exportLatentModel(model: LatentModel, options: LatentExportOptions = {}): Promise<Exported> {
  checkModel(model, 'exportLatentModel');
  const target = targetFor(options.opset);
  register();
  await tf.ready();
  const graph = latentGraph(model, 'encoder');
  const functions = (['decoder', 'prior', 'geodesic', ...(model.codeEnergy === null ? [] : (['estimator'] as const))] as const).map(
    (part) => latentGraph(model, part),
  );
  let card: Card = {};
  const bytes = writeModel({
    main: graph,
    functions,
    target,
    producer: PRODUCER,
    metadata: (inputs) => {
      const own = { noise: noiseCards(model, 'encoder'), functions: { domain: FUNCTION_DOMAIN, inputs } };
      card = { ...cardOf(model, target.opset, options), ...own };
      return cardEntries(card);
    },
  });
  return { bytes, graph, card };
}

/**
 * One part of a latent variable model as an ONNX file that any onnxruntime runs. `encoder`: (x, noise) → z; `decoder`: z → x, the mean of the data; `estimator`:
 * (z, x) → energy, score; `prior`: noise → z; `generator`: noise → x; `geodesic`: (from, to, t) → z. All sizes are `[batch, …]`; noise is described in the
 * file's metadata.
 *
 * @throws TypeError for another kind of model; Error for an unknown part, and for the estimator of a model that has none
 */
export async function exportLatentPart(model: LatentModel, part: LatentPart, options: LatentExportOptions = {}): Promise<Exported> {
  checkModel(model, 'exportLatentPart');
  if (!LATENT_PARTS.includes(part))
    throw new Error(`exportLatentPart: unknown part ${JSON.stringify(part)}; expected one of ${LATENT_PARTS.join(', ')}.`);
  const target = targetFor(options.opset);
  register();
  await tf.ready();
  const graph = latentGraph(model, part);
  const card: Card = { ...cardOf(model, target.opset, options), part, noise: noiseCards(model, part) };
  const bytes = writeModel({ main: graph, target, producer: PRODUCER, metadata: () => cardEntries(card) });
  return { bytes, graph, card };
}
