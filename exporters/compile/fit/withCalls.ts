import type { Tensor } from '@tensorflow/tfjs';
import type { Layer } from './layersIn.ts';

export type Call = (inputs: Tensor | Tensor[], kwargs: { readonly training?: boolean }) => Tensor | Tensor[];

/**
 * Runs `body` with other `call`s in some layers, and puts their own back whatever happens. Synchronous: nobody else meets the layers meanwhile.
 *
 * @param replacement of the `call` of a layer, given the layer and its own; null: leave it
 */
export function withCalls<T>(layers: readonly Layer[], replacement: (layer: Layer, own: Call) => Call | null, body: () => T): T {
  const undo: (() => void)[] = [];
  try {
    for (const layer of layers) {
      const call = replacement(layer, layer.call.bind(layer) as Call);
      if (call === null) continue;
      const before = Object.getOwnPropertyDescriptor(layer, 'call');
      undo.push(() => {
        if (before) Object.defineProperty(layer, 'call', before);
        else delete (layer as Partial<Layer>).call;
      });
      layer.call = call as Layer['call'];
    }
    return body();
  } finally {
    for (const put of undo.reverse()) put();
  }
}
