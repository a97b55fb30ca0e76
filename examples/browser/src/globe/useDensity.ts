import { useEffect, useState } from 'preact/hooks';
import type { LoadedModel } from 'tfjs-mvl/runtime';
import { useResult } from '../shared/useResult.ts';
import { type DensityMap, densityMap } from './densityMap.ts';
import type { Scene } from './paint.ts';
import { spiral } from './view.ts';

/** Rows of the map: a coarse one first, to have something to see. */
const HEIGHTS = [90, 360];

/** The density map of a model, coarse at first, then fine; null before. */
export function useDensity(model: LoadedModel | null): DensityMap | null {
  const [map, setMap] = useState<DensityMap | null>(null);
  useEffect(() => {
    if (model === null) return;
    let gone = false;
    const compute = async () => {
      for (const height of HEIGHTS) {
        const next = await densityMap(model, height);
        if (gone) return;
        setMap(next);
      }
    };
    compute().catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [model]);
  return map;
}

const PLACES = spiral(900);

/** The score field at places all over the globe; null before, and where it is not wanted. */
export const useField = (model: LoadedModel | null, wanted: boolean): Scene['field'] =>
  useResult(model !== null && wanted ? async () => ({ places: PLACES, scores: await model.score(PLACES) }) : null, [model, wanted]);
