import { useEffect, useState } from 'preact/hooks';
import type { LoadedModel } from 'tfjs-mvl/runtime';

/** Steps between two pictures. */
const STEPS = 2;
/** Milliseconds between two pictures at least. */
const PACE = 33;

/** Chains of the model's own Langevin sampler, live: a picture of them every few steps. null while they do not run. */
export function useParticles(model: LoadedModel | null, n: number, running: boolean): Float32Array | null {
  const [points, setPoints] = useState<Float32Array | null>(null);
  useEffect(() => {
    if (model === null || !running) {
      setPoints(null);
      return;
    }
    let stopped = false;
    const move = async () => {
      let at = await model.sample({ n, candidates: 20 * n, steps: 0, seed: 1 });
      for (let seed = 2; !stopped; seed++) {
        setPoints(at);
        const began = performance.now();
        at = await model.sample({ from: at, steps: STEPS, seed });
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, PACE - (performance.now() - began))));
      }
    };
    // The model may be disposed of on the way: then nobody looks any more.
    move().catch(() => undefined);
    return () => {
      stopped = true;
    };
  }, [model, n, running]);
  return points;
}
