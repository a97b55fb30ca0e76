import { basename, extname } from 'node:path';
import type { LatentFitOptions, LatentModel } from '../../../models/index.ts';
import type { TrainFlags } from '../../commands/train.ts';
import { type ImageFlags, type ImageShape, imageMetadata } from '../../data/imageShape.ts';
import { type RowsFile, readRows } from '../../data/readRows.ts';
import { checkLikelihoodRange } from '../../data/unitRange.ts';
import { asInput, InputError } from '../../errors.ts';
import { type Io, note } from '../../io.ts';
import { saveImageShape } from '../../savedImages.ts';
import { writeLatentFile } from '../../writeLatentFile.ts';
import { useBackend } from '../backend.ts';
import { checkpointAt } from '../checkpoint.ts';
import { epochsOf, falling, validationSplitOf } from '../fitOptions.ts';
import type { LatentName } from '../names.ts';
import { checkOutputs, writeOutputs } from '../outputs.ts';
import { withCheckpoint } from '../withCheckpoint.ts';
import { KINDS } from './kinds.ts';
import { latentPlace } from './latentPlace.ts';
import { likelihoodFor, RANGE_ADVICE } from './likelihoodFor.ts';
import { networksFor } from './networks.ts';
import { reportLatent } from './reportLatent.ts';

/** At the beginning; the optimiser is the model's own, Adam. */
const LEARNING_RATE = 1e-3;

/** Decay of the average of weights. */
const AVERAGING = 0.995;

const shapeOf = (data: string, { size, channels = 1 }: ImageFlags): ImageShape => {
  if (size === undefined)
    throw new InputError(
      `${data}: is a folder of images. Give the width and height to read them at, such as --size 28x28, and --channels 3 for colour.`,
    );
  return { ...size, channels };
};

const fitOptionsFor = (flags: TrainFlags, n: number): LatentFitOptions => ({
  epochs: epochsOf(flags, n),
  batchSize: flags.batchSize,
  validationSplit: validationSplitOf(flags, n),
  seed: flags.seed,
  resume: flags.resume ?? false,
  learningRate: falling(flags.learningRate ?? LEARNING_RATE),
  averaging: AVERAGING,
  verbose: flags.verbose ? 1 : 'auto',
});

/** Saves the model with what it was trained on. */
const saving = (model: LatentModel, { images }: RowsFile) => ({
  save: async (folder: string): Promise<void> => {
    await model.save(folder);
    await saveImageShape(folder, images);
  },
});

/**
 * Reads, trains, exports, compares and writes a latent variable model, in this order: nothing is written before all of it went well.
 *
 * @param given options that the user wrote
 */
export async function trainLatent(data: string, flags: TrainFlags, given: readonly string[], io: Io): Promise<void> {
  await checkOutputs(flags);
  const name = flags.model as LatentName;
  const { make } = KINDS[name];
  const latent = await latentPlace(name, flags.latent);
  const checkpoint = await checkpointAt(flags, io);
  const rows = await readRows(data, flags, given, () => shapeOf(data, flags), io);
  const likelihood = likelihoodFor(flags.likelihood, rows, name);
  const networks = networksFor(flags, rows.images);
  const { said, executor } = await useBackend(flags.backend);
  note(io, said);
  const { seed, weight } = flags;
  const options = {
    latent,
    columns: rows.rows[0].length,
    networks,
    seed,
    ...(likelihood && { likelihood }),
    ...(weight !== undefined && { weight }),
  };
  const model = await asInput(() => make(options));
  try {
    checkLikelihoodRange(rows, model.likelihood.name, RANGE_ADVICE);
    const settings = { ...fitOptionsFor(flags, rows.rows.length), ...(executor && { executor }) };
    const file = { name: flags.name ?? basename(data, extname(data)), metadata: imageMetadata(rows.images) };
    await withCheckpoint(checkpoint, 'a smaller --learning-rate', async (kept) => {
      await asInput(() => model.fit(rows.rows, { ...settings, ...kept }), RangeError);
      const written = await writeOutputs(saving(model, rows), flags, (path) => writeLatentFile(model, path, file), io);
      io.stdout.write(`${reportLatent(model, rows, name, written)}\n`);
    });
  } finally {
    model.dispose();
  }
}
