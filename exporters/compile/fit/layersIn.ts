import type { layers } from '@tensorflow/tfjs';

export type Layer = layers.Layer;

/** Where tfjs's containers, wrappers and recurrent layers keep the layers that they are made of. */
const PARTS = ['layers', 'layer', 'forwardLayer', 'backwardLayer', 'cell', 'cells'] as const;

type Parts = { readonly [part in (typeof PARTS)[number]]?: Layer | readonly Layer[] };

/** The layers that a container, a wrapper or a recurrent layer is made of, at any depth, each once and behind what holds it. */
export function layersIn(whole: object): Layer[] {
  const found = new Set<Layer>();
  const visit = (parent: Parts): void => {
    for (const layer of PARTS.flatMap((part) => parent[part] ?? [])) {
      if (found.has(layer)) continue;
      found.add(layer);
      visit(layer as Parts);
    }
  };
  visit(whole);
  return [...found];
}

/** How errors name a layer. */
export const titleOf = (layer: Layer): string => `${layer.name} (${layer.getClassName()})`;
