import { fillRandom } from '../random/fill.ts';
import { randomStream } from '../random/stream.ts';
import { type Batch, batch, widthOf } from './batch.ts';
import type { ModelCard } from './card.ts';
import { startChains } from './chains.ts';
import type { OrtLike } from './ort.ts';
import { readPoints } from './points.ts';
import { resample } from './resample.ts';
import { type Rows, runRows } from './rows.ts';
import { checkedSettings, type SampleOptions } from './sampleOptions.ts';
import { OUTPUT, requireSampler } from './samplerModel.ts';
import type { Sessions } from './sessions.ts';

/** Runs n chains of the exported step from the exported starting points; the noise is drawn here, so that every onnxruntime sees the same. */
export async function sample(ort: OrtLike, sessions: Sessions, card: ModelCard, options: SampleOptions): Promise<Batch> {
  const described = requireSampler(card);
  const from = options.from === undefined ? null : await readPoints(options.from, card, 'sample({ from })');
  const suggested = { stepSize: described.stepSize, manifold: card.manifold };
  const { n, steps, stepSize, seed, candidates } = checkedSettings(options, suggested, from && from.length / card.dim);
  const { onProgress, signal } = options;
  const rows = (dims: readonly (number | string)[], count = n): Rows & { data: Float32Array<ArrayBuffer> } => {
    const sizes = [count, ...dims.slice(1).map(Number)];
    return { data: new Float32Array(count * widthOf(sizes)), dims: sizes };
  };
  const noise = described.noise && rows(described.noise.shape);

  /** The file's starting points; of many candidates, those that are chosen. */
  const begin = async () => {
    const drawn = rows([candidates, card.dim], candidates);
    const ambient = rows([candidates, card.dim], candidates);
    fillRandom(ambient.data, 'gaussian', randomStream(seed, 0));
    await runRows(ort, sessions, { session: 'start', inputs: { noise: ambient }, output: { ...drawn, name: OUTPUT.start } });
    if (candidates === n) return drawn;
    const energies = { ...rows([candidates], candidates), name: 'energy' };
    await runRows(ort, sessions, { session: 'energy', inputs: { x: drawn }, output: energies });
    const chosen = rows([n, card.dim]);
    resample(energies.data, n, randomStream(seed, 0, 1).uniform()).forEach((which, to) => {
      chosen.data.set(drawn.data.subarray(which * card.dim, (which + 1) * card.dim), to * card.dim);
    });
    return chosen;
  };

  signal?.throwIfAborted();
  const start = from === null ? await begin() : { data: from, dims: [n, card.dim] };
  const chains = startChains(ort, sessions, described, { points: start, noise, stepSize });
  try {
    for (let k = 1; k <= steps; k++) {
      signal?.throwIfAborted();
      if (noise && described.noise) fillRandom(noise.data, described.noise.distribution, randomStream(seed, k));
      await chains.step();
      onProgress?.(k, steps);
    }
    signal?.throwIfAborted();
    await chains.read();
  } finally {
    chains.dispose();
  }
  const { data } = start;
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return batch(data, start.dims);
  const chain = Math.floor(bad / card.dim);
  throw new Error(`sample: chain ${chain} diverged within ${steps} steps of size ${stepSize}. Use a smaller stepSize.`);
}
