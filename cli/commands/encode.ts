import { type Command, Option } from 'commander';
import { coordinateNames, toCsv } from '../data/csv.ts';
import { type ImageFlags, imageShapeFor, statedShape, withImageOptions } from '../data/imageShape.ts';
import { withColumnOptions } from '../data/pointOptions.ts';
import { type RowFlags, type RowsFile, readRows } from '../data/readRows.ts';
import { checkLikelihoodRange } from '../data/unitRange.ts';
import { InputError } from '../errors.ts';
import { checkOrder, checkOutput, writeText } from '../files.ts';
import { givenOptions } from '../given.ts';
import type { Io } from '../io.ts';
import { openModel } from '../load.ts';
import { wholeNumber } from '../options.ts';
import { counted } from '../text.ts';

interface Flags extends RowFlags, ImageFlags {
  readonly seed: number;
  readonly deterministic?: boolean;
  readonly out?: string;
}

/** Against numbers beyond [0, 1]. */
const RANGE_ADVICE = 'Scale the data as they were for training, for example bytes by 1/255, or choose other columns with --columns.';

function checkColumns({ file, rows }: RowsFile, columns: number, model: string): void {
  const width = rows[0].length;
  if (width !== columns)
    throw new InputError(
      `${file}: its rows have ${counted(width, 'number')}, ${model} takes ${columns}. Choose columns with --columns a,b,….`,
    );
}

async function encode(path: string, data: string, flags: Flags, given: readonly string[], io: Io): Promise<void> {
  const { seed, deterministic = false, out } = flags;
  if (deterministic && given.includes('--seed'))
    throw new InputError('--seed, --deterministic: codes without noise have no seed. Leave one of them out.');
  checkOrder('encode', path, data);
  if (out !== undefined) await checkOutput('--out', out);
  const model = await openModel(path, io);
  try {
    const { latent, dim, metadata } = model.card;
    if (latent === null)
      throw new InputError(
        `${path}: is an energy, which has no encoder; \`tfjs-mvl score\` evaluates it. Codes are of models of \`train --model\`.`,
      );
    const rows = await readRows(data, flags, given, () => imageShapeFor(flags, latent.columns, statedShape(metadata), path), io);
    checkColumns(rows, latent.columns, path);
    checkLikelihoodRange(rows, latent.likelihood, RANGE_ADVICE);
    const codes = await model.encode(rows.rows, deterministic ? { deterministic } : { seed });
    const names = coordinateNames(dim);
    const text = rows.images ? toCsv(['file', ...names], codes.rows(), rows.images.files) : toCsv(names, codes.rows());
    await writeText(out, text, io.stdout);
  } finally {
    await model.dispose();
  }
}

export const encodeCommand = (program: Command, io: Io): Command =>
  withImageOptions(
    withColumnOptions(
      program
        .command('encode')
        .summary('codes of rows or images')
        .description(
          'Draws a code for each row of a CSV file, or each image of a folder, from the encoder of a latent variable model.\n' +
            'Writes them as CSV in their order, for a folder by the names of the files, which come first in each line.\n' +
            'For the same rows in the same order, the same seed gives the same codes: the noise of a row depends on its place.',
        )
        .argument('<model.onnx>', 'a model that `train --model` or `export` wrote')
        .argument('<data>', 'a CSV file of rows, - for standard input, or a folder of images, which takes npm install jimp')
        .option('-o, --out <file>', 'write here instead of standard output')
        .addOption(new Option('--seed <n>', "fixes the encoder's noise").argParser(wholeNumber).default(0))
        .option('--deterministic', "without noise: the location of each row's codes, which depends on that row alone"),
    ),
    { size: 'default: as the model was trained, or square', channels: 'default: as the model was trained' },
  ).action((model: string, data: string, flags: Flags, command: Command) => encode(model, data, flags, givenOptions(command), io));
