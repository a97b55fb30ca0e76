import { type Layer, titleOf } from './layersIn.ts';
import { NOISE_LAYER_NAMES } from './noiseLayers.ts';
import type { Probe } from './probe.ts';

/** Fields of tfjs's recurrent cells. */
type Cell = Layer & { readonly dropout?: number; readonly recurrentDropout?: number };

const RATES = ['dropout', 'recurrentDropout'] as const;

/**
 * Refuses what cannot be a pure step: state beside the weights, and masks that a recurrent cell draws and keeps.
 *
 * @param layers all of a model, at any depth
 * @throws Error with the layer, and what to do
 */
export function refuseHiddenState(layers: readonly Layer[]): void {
  for (const layer of layers) {
    if (layer.stateful)
      throw new Error(
        `fitCompiled: the layer ${titleOf(layer)} is stateful: it keeps its state outside of the weights, where a compiled step cannot. ` +
          'Build it without stateful, or train with model.fit.',
      );
    const rate = 'recurrentDropout' in layer ? RATES.find((name) => ((layer as Cell)[name] ?? 0) > 0) : undefined;
    if (rate !== undefined)
      throw new Error(
        `fitCompiled: the recurrent layer ${titleOf(layer)} has ${rate} = ${(layer as Cell)[rate]}; it draws its mask inside the cell, where it cannot be an input. ` +
          'Build it without, and put tf.layers.spatialDropout1d or tf.layers.dropout before it; or train with model.fit.',
      );
  }
}

/**
 * Compares two traces of a model at one size, which can differ only by chance.
 *
 * @throws Error with the layer that draws random numbers
 */
export function refuseRandomness(first: Probe, second: Probe): void {
  for (const [i, { value, layer }] of first.constants.entries()) {
    const twin = second.constants[i]?.value.constant as Float32Array | undefined;
    const data = value.constant as Float32Array;
    if (twin?.length === data.length && data.every((number, k) => Object.is(number, twin[k]))) continue;
    throw new Error(
      `fitCompiled: the layer ${layer ? titleOf(layer) : '(none)'} draws random numbers, which a compiled step would repeat for ever. ` +
        `Known are the formulas of ${NOISE_LAYER_NAMES.join(', ')}: build the layer of these, or train with model.fit.`,
    );
  }
}
