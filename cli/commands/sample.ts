import { type Command, Option } from 'commander';
import type { LoadedModel } from '../../runtime/index.ts';
import { type CoordinateFlags, checkCoordinates, coordinatesOf } from '../data/coordinates.ts';
import { coordinateNames, toCsv } from '../data/csv.ts';
import { anglesOption } from '../data/pointOptions.ts';
import { asInput, InputError } from '../errors.ts';
import { checkOutput, writeText } from '../files.ts';
import { givenOptions, refuseOptions } from '../given.ts';
import type { Io } from '../io.ts';
import { openModel } from '../load.ts';
import { positiveInteger, positiveNumber, wholeNumber } from '../options.ts';
import { progressBar } from '../progress.ts';

interface Flags extends CoordinateFlags {
  readonly number: number;
  readonly seed: number;
  readonly steps: number;
  readonly stepSize?: number;
  readonly candidates?: number;
  readonly out?: string;
}

/** Enough for densities that hold their mass in a thousandth of the manifold. */
const CANDIDATES = 100_000;

/** Starting points are uniform on spheres and tori, so they can be chosen among many. */
const candidatesFor = (manifold: string, n: number): { candidates?: number } =>
  /^(sphere|torus):/.test(manifold) ? { candidates: Math.max(CANDIDATES, 10 * n) } : {};

/** What only chains on a manifold have. */
const CHAIN_OPTIONS = ['--steps', '--step-size', '--candidates', '--lonlat', '--angles'];

/** Means of the data given codes of the prior. */
async function generated(
  model: LoadedModel,
  columns: number,
  path: string,
  settings: { readonly n: number; readonly seed: number },
  given: readonly string[],
): Promise<string> {
  refuseOptions(
    given,
    CHAIN_OPTIONS,
    (options, them) =>
      `${options}: ${path} is a latent variable model, which decodes codes of its prior, without chains. Leave ${them} out.`,
  );
  return toCsv(coordinateNames(columns), (await model.generate(settings)).rows());
}

async function sample(
  path: string,
  { number: n, seed, steps, stepSize, candidates, out, ...flags }: Flags,
  given: readonly string[],
  io: Io,
): Promise<void> {
  const coordinates = coordinatesOf(flags);
  if (out !== undefined) await checkOutput('--out', out);
  const model = await openModel(path, io);
  try {
    const { manifold, dim, sampler, latent } = model.card;
    if (latent !== null) {
      await writeText(out, await generated(model, latent.columns, path, { n, seed }, given), io.stdout);
      return;
    }
    checkCoordinates(coordinates, manifold);
    if (sampler === null) throw new InputError(`${path}: has no sampler. Export the model with \`tfjs-mvl export\`, which puts one in.`);
    const bar = await progressBar(io, 'sampling');
    const starts = candidates === undefined ? candidatesFor(manifold, n) : { candidates };
    const settings = { n, seed, steps, ...starts, ...(stepSize !== undefined && { stepSize }) };
    const points = await asInput(() => model.sample({ ...settings, onProgress: bar.update }), RangeError).finally(bar.stop);
    const text = toCsv(coordinates.names(dim), points.rows().map(coordinates.fromPoint));
    await writeText(out, text, io.stdout);
  } finally {
    await model.dispose();
  }
}

export const sampleCommand = (program: Command, io: Io): Command =>
  program
    .command('sample')
    .summary('draw points')
    .description(
      "Draws points from a model by running the file's own sampler, one chain a point, and writes them as CSV. The same seed gives the same points.\n" +
        'Of a latent variable model: rows of data, the means given codes of the prior.',
    )
    .argument('<model.onnx>', 'a model that `train` or `export` wrote')
    .addOption(new Option('-n, --number <n>', 'how many points').argParser(positiveInteger).default(1000))
    .addOption(new Option('--seed <n>', 'fixes starting points and noise').argParser(wholeNumber).default(0))
    .addOption(new Option('--steps <n>', 'steps of each chain').argParser(wholeNumber).default(1000))
    .addOption(new Option('--step-size <dt>', 'size of a step (default: as the file suggests)').argParser(positiveNumber))
    .addOption(
      new Option(
        '--candidates <k>',
        'starting points to choose from by their density (default: on spheres and tori 100000, elsewhere none)',
      ).argParser(positiveInteger),
    )
    .option('--lonlat', 'write longitude and latitude in degrees, for models on sphere:2')
    .addOption(anglesOption('write angles, for models on torus:n or sphere:1'))
    .option('-o, --out <file>', 'write here instead of standard output')
    .action((path: string, flags: Flags, command: Command) => sample(path, flags, givenOptions(command), io));
