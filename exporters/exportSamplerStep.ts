import * as tf from '@tensorflow/tfjs';
import type { Dynamics } from '../plugin/dynamics/dynamics.ts';
import type { EnergyModel } from '../plugin/energy/energyModel.ts';
import { isLayersModel } from '../plugin/energy/networkEnergy.ts';
import { register } from '../plugin/gradients/register.ts';
import { type Card, cardEntries, PRODUCER, versions } from './card.ts';
import type { Exported } from './exportOnnx.ts';
import { targetFor } from './onnx/target.ts';
import { writeModel } from './onnx/writer.ts';
import { stepGraph } from './samplerGraphs.ts';

/**
 * One step of a sampler of the model's density as an ONNX file of its own: (x `[batch, m]`, noise, stepSize) → next. Looped by whoever runs it.
 *
 * @param dynamics default: the model's own sampler
 */
export async function exportSamplerStep(
  model: EnergyModel,
  dynamics: Dynamics = model.dynamics,
  options: { readonly opset?: number; readonly metadata?: Card } = {},
): Promise<Exported> {
  const target = targetFor(options.opset);
  register();
  await tf.ready();
  const columns =
    dynamics.manifold.ambientDim ??
    model.manifold.ambientDim ??
    (isLayersModel(model.network) ? model.network.inputs[0].shape.at(-1) : null);
  if (typeof columns !== 'number')
    throw new Error('cannot tell how many columns the points have: give the manifold its dimension, for example euclidean(3)');
  const graph = stepGraph(dynamics, model.energy, columns);
  const card: Card = {
    name: dynamics.name,
    manifold: dynamics.manifold.name,
    noise: dynamics.noise?.distribution ?? null,
    versions: versions(target.opset),
    ...options.metadata,
  };
  const bytes = writeModel({ main: graph, target, producer: PRODUCER, metadata: () => cardEntries(card) });
  return { bytes, graph, card };
}
