import { basename, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { asInput } from '../errors.ts';
import { checkInput, checkOutput } from '../files.ts';
import { type Io, note } from '../io.ts';
import { tensorflow } from '../load.ts';
import { positiveInteger } from '../options.ts';

interface Flags {
  readonly out: string;
  readonly name?: string;
  readonly opset?: number;
}

async function exportModel(folder: string, { out, name = basename(resolve(folder)), opset }: Flags, io: Io): Promise<void> {
  await checkOutput('--out', out);
  await checkInput(folder, 'folder', 'It should be one that `train --save-dir` or `ebm.save` wrote.');
  const tf = await tensorflow();
  await tf.setBackend('cpu');
  const [{ loadEnergyModel }, { writeModelFile }] = await Promise.all([import('../../plugin/index.ts'), import('../writeModelFile.ts')]);
  const model = await asInput(() => loadEnergyModel(folder));
  try {
    const { summary } = await writeModelFile(model, out, { name, ...(opset !== undefined && { opset }) });
    note(io, summary);
  } finally {
    model.dispose();
  }
}

export const exportCommand = (program: Command, io: Io): Command =>
  program
    .command('export')
    .summary('a saved tfjs model to ONNX')
    .description(
      'Turns a folder that `train --save-dir` or `ebm.save` wrote into one ONNX file with energy, score and sampler, and checks it.',
    )
    .argument('<model-dir>', 'folder with model.json')
    .requiredOption('-o, --out <file>', 'the ONNX file to write')
    .option('--name <name>', "the model's name in the file (default: the folder's)")
    .addOption(new Option('--opset <n>', 'ONNX operator set, 18 to 26 (default: 21)').argParser(positiveInteger))
    .action((folder: string, flags: Flags) => exportModel(folder, flags, io));
