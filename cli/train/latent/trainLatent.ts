import { rm } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { LatentFitOptions } from '../../../models/index.ts';
import { parseManifold } from '../../../plugin/index.ts';
import type { TrainFlags } from '../../commands/train.ts';
import type { ImageFlags, ImageShape } from '../../data/imageShape.ts';
import { checkLikelihoodRange, type RowsFile, readRows } from '../../data/readRows.ts';
import { asInput, InputError } from '../../errors.ts';
import { type Io, note } from '../../io.ts';
import { tensorflow } from '../../load.ts';
import { writeLatentFile } from '../../writeLatentFile.ts';
import { useBackend } from '../backend.ts';
import { checkpointAt } from '../checkpoint.ts';
import { epochsOf, falling, validationSplitOf } from '../fitOptions.ts';
import type { LatentName } from '../names.ts';
import { checkOutputs, writeOutputs } from '../outputs.ts';
import { withCheckpoint } from '../withCheckpoint.ts';
import { KINDS } from './kinds.ts';
import { likelihoodFor } from './likelihoodFor.ts';
import { networksFor } from './networks.ts';
import { reportLatent } from './reportLatent.ts';

/** Adam's, at the beginning. */
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

/** Where codes are, as `--latent` names it. */
async function latentOf({ model, latent }: TrainFlags) {
  if (latent === undefined)
    throw new InputError(`--model ${model}: give --latent too, where codes are: sphere:2, euclidean:8 or another manifold.`);
  return asInput(() => parseManifold(latent));
}

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

/** What the file says of the images, for `encode`. */
const metadataOf = ({ images }: RowsFile) =>
  images === null ? {} : { image: { width: images.width, height: images.height, channels: images.channels } };

/**
 * Reads, trains, exports, compares and writes a latent variable model, in this order: nothing is written before all of it went well.
 *
 * @param given options that the user wrote
 */
export async function trainLatent(data: string, flags: TrainFlags, given: readonly string[], io: Io): Promise<void> {
  await checkOutputs(flags);
  const { make, momentum } = KINDS[flags.model as LatentName];
  const latent = await latentOf(flags);
  const checkpoint = await checkpointAt(flags, io);
  const rows = await readRows(data, flags, given, () => shapeOf(data, flags), io);
  const likelihood = likelihoodFor(flags.likelihood, rows);
  const networks = networksFor(flags, rows.images);
  const { said, executor } = await useBackend(flags.backend);
  note(io, said);
  const tf = await tensorflow();
  const options = { latent, columns: rows.rows[0].length, networks, seed: flags.seed, ...(likelihood && { likelihood }) };
  const model = await asInput(() => make(options));
  const optimizer = tf.train.adam(flags.learningRate ?? LEARNING_RATE, momentum);
  try {
    checkLikelihoodRange(rows, model.likelihood.name);
    model.compile({ optimizer });
    const settings = { ...fitOptionsFor(flags, rows.rows.length), ...(executor && { executor }) };
    await withCheckpoint(checkpoint, (kept) => asInput(() => model.fit(rows.rows, { ...settings, ...kept }), RangeError));
    const file = { name: flags.name ?? basename(data, extname(data)), metadata: metadataOf(rows) };
    const written = await writeOutputs(model, flags, (path) => writeLatentFile(model, path, file));
    io.stdout.write(`${reportLatent(model, rows, flags.model as LatentName, written)}\n`);
    if (checkpoint.temporary) await rm(checkpoint.path as string, { force: true });
  } finally {
    model.dispose();
    optimizer.dispose();
  }
}
