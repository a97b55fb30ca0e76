import { fillRandom } from '../random/fill.ts';
import { randomStream } from '../random/stream.ts';
import { type Batch, batch, widthOf } from './batch.ts';
import type { ModelCard, SamplerCard } from './card.ts';
import type { OrtLike, OrtTensor } from './ort.ts';
import { resample } from './resample.ts';
import { planRows, type Rows } from './rows.ts';
import { checkedSettings, type SampleOptions } from './sampleOptions.ts';
import { OUTPUT, requireSampler } from './samplerModel.ts';
import type { Sessions } from './sessions.ts';

/** Dynamics whose points do not see each other, by the first word of their name: many points may be moved in turns. */
const ROW_BY_ROW: readonly string[] = ['langevin', 'riemannianLangevin'];

type Inputs = Readonly<Record<string, Rows>>;

/** The two functions of the sampler as calls on whole arrays. */
function sampler(ort: OrtLike, sessions: Sessions, { inputs, name, start, step }: SamplerCard) {
  const chunk = ROW_BY_ROW.includes(name.split(':')[0]) ? undefined : Number.POSITIVE_INFINITY;
  const plan = (which: 'step' | 'start', given: Inputs, scalars: Readonly<Record<string, OrtTensor>>, into: Rows) => {
    const takes = inputs[which === 'step' ? step : start];
    const only = <T>(values: Readonly<Record<string, T>>) =>
      Object.fromEntries(Object.entries(values).filter(([key]) => takes.includes(key)));
    const output = { ...into, name: OUTPUT[which] };
    return planRows(ort, sessions, { session: which, inputs: only(given), shared: only(scalars), output }, chunk);
  };
  return {
    start: (noise: Rows, into: Rows) => plan('start', { noise }, {}, into),
    step: (x: Rows, noise: Rows | null, stepSize: OrtTensor, into: Rows) =>
      plan('step', { x, ...(noise && { noise }) }, { stepSize }, into),
  };
}

/** Runs n chains of the exported step from the exported starting points; the noise is drawn here, so that every onnxruntime sees the same. */
export async function sample(ort: OrtLike, sessions: Sessions, card: ModelCard, options: SampleOptions): Promise<Batch> {
  const described = requireSampler(card);
  const { n, steps, stepSize, seed, candidates } = checkedSettings(options, { stepSize: described.stepSize, manifold: card.manifold });
  const { onProgress, signal } = options;
  const rows = (dims: readonly (number | string)[], count = n): Rows & { data: Float32Array<ArrayBuffer> } => {
    const sizes = [count, ...dims.slice(1).map(Number)];
    return { data: new Float32Array(count * widthOf(sizes)), dims: sizes };
  };
  const points = [n, card.dim];
  const [even, odd] = [rows(points), rows(points)];
  const calls = sampler(ort, sessions, described);
  const dt = new ort.Tensor('float32', Float32Array.of(stepSize), []);
  const noise = described.noise && rows(described.noise.shape);

  signal?.throwIfAborted();
  const drawn = candidates === n ? even : rows(points, candidates);
  const ambient = candidates === n ? odd : rows(points, candidates);
  fillRandom(ambient.data, 'gaussian', randomStream(seed, 0));
  await calls.start(ambient, drawn)();
  if (drawn !== even) {
    const energies = { ...rows([candidates], candidates), name: 'energy' };
    await planRows(ort, sessions, { session: 'energy', inputs: { x: drawn }, output: energies })();
    resample(energies.data, n, randomStream(seed, 0, 1).uniform()).forEach((from, to) => {
      even.data.set(drawn.data.subarray(from * card.dim, (from + 1) * card.dim), to * card.dim);
    });
  }
  const forth = calls.step(even, noise, dt, odd);
  const back = calls.step(odd, noise, dt, even);
  for (let k = 1; k <= steps; k++) {
    signal?.throwIfAborted();
    if (noise && described.noise) fillRandom(noise.data, described.noise.distribution, randomStream(seed, k));
    await (k % 2 === 1 ? forth() : back());
    onProgress?.(k, steps);
  }
  signal?.throwIfAborted();
  const { data } = steps % 2 === 1 ? odd : even;
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return batch(data, points);
  const chain = Math.floor(bad / card.dim);
  throw new Error(`sample: chain ${chain} diverged within ${steps} steps of size ${stepSize}. Use a smaller stepSize.`);
}
