import { widthOf } from './batch.ts';
import type { SamplerCard } from './card.ts';
import { type DeviceTensor, numbersOf, type OrtLike } from './ort.ts';
import { chunkOf, type Rows, rowsAt } from './rows.ts';
import { OUTPUT } from './samplerModel.ts';
import type { Sessions } from './sessions.ts';

/** Dynamics whose points do not see each other, by the first word of their name: many points may be moved in turns. */
const ROW_BY_ROW: readonly string[] = ['langevin', 'riemannianLangevin'];

/** Points on their way; they stay in the memory of the device that moves them. */
export interface Chains {
  /** Moves all points by one step, with the noise as it stands now. */
  step(): Promise<void>;
  /** Copies the points to where they began. */
  read(): Promise<void>;
  dispose(): void;
}

/**
 * @param points where the chains begin; not read again after the first step
 * @param noise filled anew before each step
 */
export function startChains(
  ort: OrtLike,
  sessions: Sessions,
  { inputs, name, step }: SamplerCard,
  { points, noise, stepSize }: { readonly points: Rows; readonly noise: Rows | null; readonly stepSize: number },
): Chains {
  const takes = inputs[step];
  const n = points.dims[0];
  const size = Math.min(n, ROW_BY_ROW.includes(name.split(':')[0]) ? chunkOf(sessions) : n);
  const shared = takes.includes('stepSize') ? { stepSize: new ort.Tensor('float32', Float32Array.of(stepSize), []) } : {};
  const chunks = Array.from({ length: Math.ceil(n / size) }, (_, i) => {
    const [from, to] = [i * size, Math.min(n, (i + 1) * size)];
    const given = noise !== null && takes.includes('noise') ? { noise: rowsAt(ort, noise, from, to) } : {};
    return { from, at: rowsAt(ort, points, from, to) as DeviceTensor, feeds: { ...given, ...shared } };
  });
  return {
    step: async () => {
      for (const chunk of chunks) {
        const { [OUTPUT.step]: next } = await sessions.run('step', { x: chunk.at, ...chunk.feeds });
        chunk.at.dispose?.();
        chunk.at = next;
      }
    },
    read: async () => {
      for (const { from, at } of chunks) points.data.set((await numbersOf(at)) as Float32Array, from * widthOf(points.dims));
    },
    dispose: () => {
      for (const { at } of chunks) at.dispose?.();
    },
  };
}
