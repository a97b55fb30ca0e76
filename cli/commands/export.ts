import { basename, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { asInput, InputError } from '../errors.ts';
import { checkInput, checkOutput } from '../files.ts';
import { type Io, note } from '../io.ts';
import { tensorflow } from '../load.ts';
import { positiveInteger } from '../options.ts';
import { savedImageShape } from '../savedImages.ts';

interface Settings {
  readonly name?: string;
  readonly opset?: number;
}

interface Flags extends Settings {
  readonly out: string;
}

/** A saved model, an energy or else a latent variable model, and what writes its file. */
async function saved(folder: string) {
  const { loadEnergyModel } = await import('../../plugin/index.ts');
  const found = await loadEnergyModel(folder).catch((error: Error) => error);
  if (!(found instanceof Error)) {
    const { writeModelFile } = await import('../writeModelFile.ts');
    return { model: found, write: (out: string, options: Settings) => writeModelFile(found, out, options) };
  }
  const { loadLatentModel } = await import('../../models/index.ts');
  const model = await loadLatentModel(folder).catch(() => {
    throw found;
  });
  const [{ writeLatentFile }, { imageMetadata }] = await Promise.all([import('../writeLatentFile.ts'), import('../data/imageShape.ts')]);
  const metadata = imageMetadata(await savedImageShape(folder, model.columns));
  return { model, write: (out: string, options: Settings) => writeLatentFile(model, out, { ...options, metadata }) };
}

/** @throws InputError for an operator set that no file can be written for */
async function checkOpset(opset: number | undefined): Promise<void> {
  const { targetFor } = await import('../../exporters/onnx/target.ts');
  try {
    targetFor(opset);
  } catch (error) {
    throw new InputError(`--opset: ${(error as Error).message}.`, { cause: error });
  }
}

async function exportModel(folder: string, { out, name = basename(resolve(folder)), opset }: Flags, io: Io): Promise<void> {
  await checkOutput('--out', out);
  await checkInput(folder, 'folder', 'It should be one that `train --save-dir` or `model.save` wrote.');
  await checkOpset(opset);
  const tf = await tensorflow();
  await tf.setBackend('cpu');
  const { model, write } = await asInput(() => saved(folder));
  try {
    const { summary, note: advice } = await write(out, { name, ...(opset !== undefined && { opset }) });
    note(io, summary);
    if (advice !== null) note(io, advice);
  } finally {
    model.dispose();
  }
}

export const exportCommand = (program: Command, io: Io): Command =>
  program
    .command('export')
    .summary('a saved tfjs model to ONNX')
    .description(
      'Turns a folder that `train --save-dir` or `model.save` wrote into one ONNX file with energy, score and sampler, or with encoder, ' +
        'decoder and prior, and checks it.',
    )
    .argument('<model-dir>', 'folder with model.json')
    .requiredOption('-o, --out <file>', 'the ONNX file to write')
    .option('--name <name>', "the model's name in the file (default: the folder's)")
    .addOption(new Option('--opset <n>', 'ONNX operator set, 18 to 26 (default: 21)').argParser(positiveInteger))
    .action((folder: string, flags: Flags) => exportModel(folder, flags, io));
