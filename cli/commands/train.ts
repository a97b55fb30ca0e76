import { type Command, Option } from 'commander';
import { IMAGE_OPTIONS, type ImageFlags, withImageOptions } from '../data/imageShape.ts';
import { type PointFlags, withPointOptions } from '../data/pointOptions.ts';
import { InputError } from '../errors.ts';
import { givenOptions, refuseOptions } from '../given.ts';
import type { Io } from '../io.ts';
import {
  type LikelihoodOption,
  likelihood,
  positiveInteger,
  positiveNumber,
  type SmoothingOption,
  share,
  smoothing,
  wholeNumber,
  widths,
} from '../options.ts';
import {
  BACKENDS,
  type BackendName,
  LATENT_MODELS,
  LOSSES,
  type LossName,
  MODELS,
  type ModelName,
  NETWORKS,
  type NetworkName,
  NOISES,
  type NoiseName,
} from '../train/names.ts';

export interface TrainFlags extends PointFlags, ImageFlags {
  readonly model: ModelName;
  readonly latent?: string;
  readonly likelihood?: LikelihoodOption;
  readonly weight?: number;
  readonly manifold?: string;
  readonly loss: LossName;
  readonly epsilon?: number;
  readonly noise: NoiseName;
  readonly network: NetworkName;
  readonly hidden?: readonly number[];
  readonly bumps?: number;
  readonly epochs?: number;
  readonly batchSize: number;
  readonly learningRate?: number;
  readonly smoothing: SmoothingOption;
  readonly validationSplit?: number;
  readonly seed: number;
  readonly backend: BackendName;
  readonly out?: string;
  readonly saveDir?: string;
  readonly name?: string;
  /** A path; absent: beside the output; false: none. */
  readonly checkpoint?: string | false;
  readonly resume?: boolean;
  readonly verbose?: boolean;
}

const option = (flags: string, description: string, parse: (text: string) => unknown, value?: unknown): Option =>
  new Option(flags, description).argParser(parse).default(value);

const choice = (flags: string, description: string, choices: readonly string[], value: string): Option =>
  new Option(flags, description).choices(choices).default(value);

/** What only energies have, and only latent variable models. */
const ENERGY_OPTIONS = ['--lonlat', '--angles', '--manifold', '--loss', '--epsilon', '--noise', '--bumps', '--smoothing'];
const LATENT_OPTIONS = ['--latent', '--likelihood', '--weight', ...IMAGE_OPTIONS];

function checkOptions({ model, network }: TrainFlags, given: readonly string[]): void {
  if (model === 'energy') {
    refuseOptions(
      given,
      LATENT_OPTIONS,
      (options, them) => `${options}: for latent variable models; give --model too, ${LATENT_MODELS.join(', ')}, or leave ${them} out.`,
    );
    return;
  }
  refuseOptions(
    given,
    ENERGY_OPTIONS,
    (options, them) => `--model ${model} has no ${options}: energies of points have ${them}. Leave ${them} out.`,
  );
  if (network === 'bumps') throw new InputError(`--network bumps: for energies of points; --model ${model} has mlp or convolutional.`);
}

/** Parts the options of `--help` by what they are for. */
function groupOptions(command: Command): Command {
  for (const option of command.options) {
    const long = option.long as string;
    if (ENERGY_OPTIONS.includes(long)) option.helpGroup('For energies, without --model:');
    if (LATENT_OPTIONS.includes(long)) option.helpGroup('For latent variable models, with --model:');
  }
  return command;
}

const examples = `
Examples:
  tfjs-mvl train quakes.csv --lonlat --out model.onnx
  tfjs-mvl train torsions.csv --angles degrees --columns phi,psi --out model.onnx
  tfjs-mvl train digits --size 28x28 --model implicit-vae --latent sphere:2 --out digits.onnx
  tfjs-mvl train points.csv --manifold euclidean:2 --columns height,weight --loss mvl-ld --out model.onnx --save-dir model

Ctrl-C stops in order and keeps a checkpoint; the same command with --resume goes on as if never stopped.`;

const ungrouped = (program: Command, io: Io): Command =>
  withImageOptions(
    withPointOptions(
      program
        .command('train')
        .summary('an energy from points, or an autoencoder from rows or images')
        .description(
          'Learns the density of points on a manifold as an energy, and writes it as one ONNX file with energy, score and sampler.\n' +
            'With --model: an autoencoder of rows or images, as one file with encoder, decoder and prior.',
        )
        .argument(
          '<data>',
          'a CSV file of points as rows, - for standard input; with --model also a folder of images, which takes npm install jimp',
        )
        .option('-o, --out <model.onnx>', 'the ONNX file to write')
        .option('--save-dir <folder>', 'write the tfjs model too, or instead')
        .option('--name <name>', "the model's name in the file (default: that of the data)"),
    ),
    { size: 'needed for a folder', channels: 'default: 1' },
  )
    .addOption(choice('--model <name>', 'energy, or a latent variable model', MODELS, 'energy'))
    .addOption(new Option('--latent <manifold>', 'where its codes are: sphere:2, euclidean:8, …; with wae-… torus:2 and others too'))
    .addOption(
      option(
        '--likelihood <law>',
        'its law of data given a code: bernoulli, bernoulli:grey or gaussian:DEVIATION, with :unit for means in [0, 1] or :real (default: bernoulli for VAEs, gaussian:0.7071:unit for wae, for data in [0, 1])',
        likelihood,
      ),
    )
    .addOption(option('--weight <w>', 'of its regulariser, beside the reconstruction (default: 1 for VAEs, 10 for wae)', positiveNumber))
    .option(
      '--manifold <name>',
      'sphere:2, torus:2, product(sphere:2,euclidean:1), … (default: sphere:2 with --lonlat, torus of the number of columns with --angles, else euclidean of it)',
    )
    .addOption(choice('--loss <name>', 'what to minimise', LOSSES, 'mvl-rld'))
    .addOption(option('--epsilon <ε>', "step of the loss's dynamics (default: 0.02 σ² with smoothing σ)", positiveNumber))
    .addOption(choice('--noise <name>', 'noise of that step', NOISES, 'rademacher'))
    .addOption(
      choice(
        '--network <name>',
        'auto: with --model mlp, a multilayer perceptron; for energies bumps on sphere:1 and sphere:2, else mlp; convolutional: with --model, for square images',
        NETWORKS,
        'auto',
      ),
    )
    .addOption(option('--bumps <n>', 'number of bumps (default: 128)', positiveInteger))
    .addOption(option('--hidden <n,n,…>', 'widths of the hidden layers of a perceptron (default: 128,128, with --model 256,256)', widths))
    .addOption(option('--epochs <n>', 'passes over the data (default: as many as make 2,000 steps)', positiveInteger))
    .addOption(option('--batch-size <n>', 'points per step', positiveInteger, 256))
    .addOption(
      option(
        '--learning-rate <r>',
        'of Adam at the beginning; it falls to a hundredth (default: 0.03 for bumps, 0.002 else, with --model 0.001)',
        positiveNumber,
      ),
    )
    .addOption(
      option(
        '--smoothing <from:to>',
        "width by which points are blurred, falling; auto: by the manifold's or the data's size; none",
        smoothing,
        'auto',
      ),
    )
    .addOption(option('--validation-split <share>', 'share of the points to validate on (default: 0.1 from 20 points on)', share))
    .addOption(option('--seed <n>', 'fixes weights, split, order and noise', wholeNumber, 0))
    .addOption(
      choice(
        '--backend <name>',
        'what trains: onnxruntime-node, or tfjs on wasm or cpu; auto: the first that is installed',
        BACKENDS,
        'auto',
      ),
    )
    .option('--checkpoint <file>', 'where to keep the state of training (default: beside the output, removed once all went well)')
    .option('--no-checkpoint', 'keep none')
    .option('--resume', 'go on from the checkpoint')
    .option('--verbose', 'show progress even where there is no terminal, a line an epoch')
    .addHelpText('after', examples)
    .action(async (data: string, flags: TrainFlags, command: Command) => {
      const given = givenOptions(command);
      checkOptions(flags, given);
      if (flags.model === 'energy') await (await import('../train/train.ts')).train(data, flags, io);
      else await (await import('../train/latent/trainLatent.ts')).trainLatent(data, flags, given, io);
    });

export const trainCommand = (program: Command, io: Io): Command => groupOptions(ungrouped(program, io));
