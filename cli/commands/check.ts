import type { Command } from 'commander';
import type { LoadedModel } from '../../runtime/index.ts';
import type { Check } from '../checks/check.ts';
import { EXIT, InputError } from '../errors.ts';
import { type Io, note } from '../io.ts';
import { findOnnxruntime, openModel } from '../load.ts';
import { missingPackage } from '../missingPackage.ts';
import { aligned } from '../text.ts';

interface Flags {
  readonly structureOnly?: boolean;
}

async function checksOf(model: LoadedModel, io: Io): Promise<Check[]> {
  const { latent } = model.card;
  if (latent === null) return (await import('../checks/modelChecks.ts')).modelChecks(model);
  if (latent.functions.estimator === undefined)
    note(io, `Not checked: scores. A model of kind ${latent.kind} without an estimator learns no energy of codes.`);
  return (await import('../checks/latentChecks.ts')).latentChecks(model, latent);
}

/** Loads a model of a sound structure and asks what it must be able to do. */
async function inRuntime(path: string, io: Io): Promise<Check[]> {
  try {
    const model = await openModel(path, io);
    return await checksOf(model, io).finally(() => model.dispose());
  } catch (error) {
    if (missingPackage(error) !== null) throw error;
    return [{ name: 'runs', ok: false, detail: (error as Error).message }];
  }
}

async function checkFile(path: string, { structureOnly = false }: Flags, io: Io): Promise<number> {
  const [{ readModel }, { structureFaults }] = await Promise.all([import('../onnx/readModel.ts'), import('../onnx/faults.ts')]);
  const { model } = await readModel(path);
  const faults = structureFaults(model);
  const ops = `IR ${model.irVersion}, opset ${model.opsetImport.find(({ domain }) => domain === '')?.version ?? '–'}`;
  const structure: Check = { name: 'structure', ok: faults.length === 0, detail: faults.join('; ') || ops };
  const wanted = structure.ok && !structureOnly;
  const runs = wanted && (await findOnnxruntime()) !== null;
  const checks = [structure, ...(runs ? await inRuntime(path, io) : [])];
  io.stdout.write(`${aligned(checks.map(({ name, ok, detail }) => [`${ok ? 'ok    ' : 'FAILED'} ${name}`, detail]))}\n`);
  if (wanted && !runs)
    throw new InputError(
      `${path}: nothing but the structure was checked, since onnxruntime-node is not installed: npm install onnxruntime-node, or give --structure-only.`,
    );
  return checks.every(({ ok }) => ok) ? EXIT.ok : EXIT.failure;
}

export const checkCommand = (program: Command, io: Io, exit: (code: number) => void): Command =>
  program
    .command('check')
    .summary('does a file do what it should')
    .description(
      'Checks a model: the structure of the file; that onnxruntime-node runs it at several batch sizes; that the score is minus the gradient ' +
        'of the energy, by central differences; that the sampler steps. Of a latent variable model: that encoder, decoder, prior and geodesics run, ' +
        'that codes lie on their manifold, and scores of codes where it has them. Exits with 1 if a check fails, with 2 if it cannot be made.',
    )
    .argument('<model.onnx>', 'a model that `train` or `export` wrote')
    .option('--structure-only', 'check the structure of the file and no more, without onnxruntime-node')
    .action(async (path: string, flags: Flags) => exit(await checkFile(path, flags, io)));
