import { inUnitInterval } from '../../models/latent/inUnitInterval.ts';
import { checkPoints, type Manifold } from '../../plugin/index.ts';
import type { Batch, LatentCard, LoadedModel } from '../../runtime/index.ts';
import { tensorflow } from '../load.ts';
import { type Check, check } from './check.ts';
import { manifoldNamed, scoreAgainstDifferences } from './scoreAgainstEnergy.ts';

type Result = { ok: boolean; detail: string };

const BATCHES = [1, 7, 1000];

/** Rows evaluated alone and among others may round differently, by some float32 roundings of the largest number. */
const BATCH_TOLERANCE = 1e-5;

/** Codes whose scores are compared. */
const SCORED = 64;

/** Codes on each way. */
const STEPS = 5;

const same = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => Array.prototype.every.call(a, (value: number, i) => value === b[i]);

const largest = (values: ArrayLike<number>): number =>
  Array.prototype.reduce.call(values, (most, value) => Math.max(most as number, Math.abs(value as number)), 0) as number;

const difference = (a: Float32Array, b: ArrayLike<number>): number => largest(a.map((value, i) => value - b[i]));

/** @throws Error where codes are not points of the manifold */
async function checkCodes(manifold: Manifold, codes: Batch, where: string): Promise<void> {
  const tf = await tensorflow();
  const z = tf.tensor2d(codes.data, codes.dims as [number, number]);
  try {
    checkPoints(manifold, z, where);
  } finally {
    z.dispose();
  }
}

/** Data that the model itself makes: those of a file are not at hand. Means out of the range of data are for the check of the decoder to find. */
async function dataOf(model: LoadedModel, n: number): Promise<Batch> {
  const data = await model.generate({ n, seed: 1 });
  if (inUnitInterval((model.card.latent as LatentCard).likelihood))
    for (const [i, mean] of data.entries()) data[i] = Math.min(1, Math.max(0, mean));
  return data;
}

async function encoder(model: LoadedModel, manifold: Manifold, { noise }: LatentCard): Promise<Result> {
  const { dim } = model.card;
  const data = await dataOf(model, BATCHES.at(-1) as number);
  for (const n of BATCHES) {
    const x = data.rows().slice(0, n);
    const codes = await model.encode(x, { seed: 1 });
    if (codes.length !== n * dim) return { ok: false, detail: `at batch ${n}: ${codes.length} numbers instead of ${n * dim}` };
    await checkCodes(manifold, codes, `codes at batch ${n}`);
    if (!same(codes, await model.encode(x, { seed: 1 }))) return { ok: false, detail: `at batch ${n}: the same seed gave different codes` };
    if (Object.keys(noise).length > 0 && same(codes, await model.encode(x, { seed: 2 })))
      return { ok: false, detail: `at batch ${n}: another seed gave the same codes, so the noise does nothing` };
  }
  return { ok: true, detail: `codes [batch, ${dim}] on ${manifold.name}, fixed by the seed, at batches ${BATCHES.join(', ')}` };
}

async function decoder(model: LoadedModel, { columns, likelihood }: LatentCard): Promise<Result> {
  const codes = await model.encode(await dataOf(model, BATCHES.at(-1) as number), { seed: 1 });
  const reference = await model.decode(codes);
  const bounded = inUnitInterval(likelihood);
  for (const n of BATCHES) {
    const means = await model.decode(codes.rows().slice(0, n));
    if (means.length !== n * columns) return { ok: false, detail: `at batch ${n}: ${means.length} numbers instead of ${n * columns}` };
    if (!means.every(Number.isFinite)) return { ok: false, detail: `at batch ${n}: a mean is not finite` };
    if (bounded && !means.every((mean) => mean >= 0 && mean <= 1))
      return { ok: false, detail: `at batch ${n}: a mean is not in [0, 1], as those of ${likelihood} are` };
    const moved = difference(means, reference) / Math.max(1e-6, largest(reference));
    if (moved > BATCH_TOLERANCE)
      return { ok: false, detail: `means depend on the batch size: relative difference ${moved.toExponential(1)} at ${n}` };
  }
  return { ok: true, detail: `means [batch, ${columns}], finite${bounded ? ', in [0, 1]' : ''}, at batches ${BATCHES.join(', ')}` };
}

async function prior(model: LoadedModel): Promise<Result> {
  const [first, again, other] = [1, 1, 2].map((seed) => model.generate({ n: 16, seed }));
  if (!same(await first, await again)) return { ok: false, detail: 'the same seed gave different data' };
  if (same(await first, await other)) return { ok: false, detail: 'another seed gave the same data, so codes of the prior do nothing' };
  return { ok: true, detail: 'new data, fixed by the seed' };
}

/** Of float32 codes of unit size after some trigonometry. */
const END_TOLERANCE = 1e-4;

async function geodesic(model: LoadedModel, manifold: Manifold): Promise<Result> {
  const codes = (await model.encode(await dataOf(model, 16), { seed: 1 })).rows();
  const [from, to] = [codes.slice(0, 8), codes.slice(8)];
  const ways = await model.interpolate(from, to, { steps: STEPS });
  await checkCodes(manifold, ways, 'codes between codes');
  const off = ways.rows().reduce((most, code, i) => {
    const end = i % STEPS === 0 ? from : i % STEPS === STEPS - 1 ? to : null;
    return end === null ? most : Math.max(most, difference(code, end[Math.floor(i / STEPS)]));
  }, 0);
  return off <= END_TOLERANCE * Math.max(1, ...codes.map(largest))
    ? { ok: true, detail: `ways between codes, on ${manifold.name}, from one to the other` }
    : { ok: false, detail: `a way does not end at its codes: ${off.toExponential(1)} off` };
}

/** Energies of codes that the encoder draws, where they depend on data those that these are of. */
async function estimator(model: LoadedModel, manifold: Manifold, { functions }: LatentCard): Promise<Result> {
  const data = await dataOf(model, SCORED);
  const codes = await model.encode(data, { seed: 1 });
  const given = functions.estimator.includes('x') ? data : undefined;
  const energies = await model.energy(codes, given);
  if (!energies.every(Number.isFinite)) return { ok: false, detail: 'an energy is not finite' };
  return scoreAgainstDifferences({
    manifold,
    dim: model.card.dim,
    points: codes.data,
    energy: (z) => model.energy(z, given),
    score: (z) => model.score(z, given),
  });
}

/** What can be asked of a latent variable model that runs. */
export async function latentChecks(model: LoadedModel, latent: LatentCard): Promise<Check[]> {
  const manifold = await manifoldNamed(model.card.manifold);
  return [
    await check('encoder', () => encoder(model, manifold, latent)),
    await check('decoder', () => decoder(model, latent)),
    await check('prior', () => prior(model)),
    await check('geodesic', () => geodesic(model, manifold)),
    ...(latent.functions.estimator === undefined ? [] : [await check('score', () => estimator(model, manifold, latent))]),
  ];
}
