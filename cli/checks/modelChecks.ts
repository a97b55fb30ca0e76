import type { LoadedModel } from '../../runtime/index.ts';
import { counted } from '../text.ts';
import { type Check, check } from './check.ts';
import { scoreAgainstEnergy } from './scoreAgainstEnergy.ts';

const BATCHES = [1, 7, 1000];

/** Rows evaluated alone and among others may round differently, by some float32 roundings of the largest energy. */
const BATCH_TOLERANCE = 1e-5;

const start = (model: LoadedModel, n: number) => model.sample({ n, steps: 0, seed: 1 });

async function batches(model: LoadedModel): Promise<{ ok: boolean; detail: string }> {
  const { dim, outputs } = model.card;
  const largest = await start(model, BATCHES.at(-1) as number);
  const reference = await model.energy(largest);
  const scale = reference.reduce((most, energy) => Math.max(most, Math.abs(energy)), 1e-6);
  for (const n of BATCHES) {
    const x = largest.subarray(0, n * dim);
    const energy = await model.energy(x);
    const score = outputs.includes('score') ? await model.score(x) : null;
    if (energy.length !== n || (score && score.length !== n * dim))
      return { ok: false, detail: `at batch ${n}: energy has ${energy.length} numbers, score ${score?.length ?? 'none'}` };
    if (!energy.every(Number.isFinite) || !(score?.every(Number.isFinite) ?? true))
      return { ok: false, detail: `at batch ${n}: energy or score is not finite` };
    const moved = energy.reduce((most, value, i) => Math.max(most, Math.abs(value - reference[i])), 0) / scale;
    if (moved > BATCH_TOLERANCE)
      return { ok: false, detail: `energies depend on the batch size: relative difference ${moved.toExponential(1)} at ${n}` };
  }
  return { ok: true, detail: `energy [batch], score [batch, ${dim}], finite, at batches ${BATCHES.join(', ')}` };
}

async function sampler(model: LoadedModel): Promise<{ ok: boolean; detail: string }> {
  const { sampler: card } = model.card;
  if (card === null) return { ok: false, detail: 'the file has no sampler; export it anew' };
  const settings = { n: 16, steps: 3, seed: 1 };
  const [first, second, begin] = [await model.sample(settings), await model.sample(settings), await start(model, 16)];
  if (first.some((value, i) => value !== second[i])) return { ok: false, detail: 'the same seed gave different samples' };
  if (first.every((value, i) => value === begin[i])) return { ok: false, detail: 'steps do not move the points' };
  // `energy` refuses points that are not on the manifold.
  await model.energy(first);
  return {
    ok: true,
    detail: `${card.name}, ${counted(settings.steps, 'step')} taken, same seed same samples, step size ${card.stepSize.toPrecision(3)}`,
  };
}

/** What can be asked of an energy model that runs. */
export async function modelChecks(model: LoadedModel): Promise<Check[]> {
  return [
    await check('batches', () => batches(model)),
    await check('score', () => scoreAgainstEnergy(model)),
    await check('sampler', () => sampler(model)),
  ];
}
