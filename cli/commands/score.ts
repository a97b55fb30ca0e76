import type { Command } from 'commander';
import type { LoadedModel } from '../../runtime/index.ts';
import { checkCoordinates } from '../data/coordinates.ts';
import { toCsv } from '../data/csv.ts';
import { atLine, checkWidth } from '../data/place.ts';
import { type PointFlags, withPointOptions } from '../data/pointOptions.ts';
import { readPoints } from '../data/readPoints.ts';
import { InputError } from '../errors.ts';
import { checkOrder, checkOutput, writeText } from '../files.ts';
import { type Io, note } from '../io.ts';
import { openModel } from '../load.ts';

interface Flags extends PointFlags {
  readonly out?: string;
}

/** log q(x) = −E(x) − log Z, where the file knows the log of its partition function. */
const logPartitionOf = (metadata: Readonly<Record<string, string>>): number | null =>
  metadata.logPartition === undefined ? null : Number(metadata.logPartition);

/** Of a latent variable model there are energies of codes at most. */
function checkEnergy({ card: { latent } }: LoadedModel, path: string): void {
  if (latent === null) return;
  const { estimator } = latent.functions;
  if (estimator === undefined)
    throw new InputError(`${path}: is a model of kind ${latent.kind} that learns no energy. \`tfjs-mvl encode\` writes codes of data.`);
  if (estimator.includes('x'))
    throw new InputError(
      `${path}: is a model of kind ${latent.kind}, whose energies are those of codes given data, not of points. \`tfjs-mvl encode\` writes codes of ` +
        'data; energy(z, x) of the runtime evaluates both.',
    );
}

async function score(model: string, data: string, flags: Flags, io: Io): Promise<void> {
  checkOrder('score', model, data);
  if (flags.out !== undefined) await checkOutput('--out', flags.out);
  const points = await readPoints(data, flags);
  if (points.note) note(io, points.note);
  const loaded = await openModel(model, io);
  try {
    const { card } = loaded;
    checkEnergy(loaded, model);
    checkCoordinates(points.coordinates, card.manifold);
    checkWidth(points, card.dim, `a point of the model's manifold, ${card.manifold},`);
    const energies = await atLine(points, () => loaded.energy(points.points));
    const logZ = logPartitionOf(card.metadata);
    const header = logZ === null ? ['energy'] : ['energy', 'log_density'];
    const rows = Array.from(energies, (energy) => (logZ === null ? [energy] : [energy, -energy - logZ]));
    await writeText(flags.out, toCsv(header, rows), io.stdout);
  } finally {
    await loaded.dispose();
  }
}

export const scoreCommand = (program: Command, io: Io): Command =>
  withPointOptions(
    program
      .command('score')
      .summary('energies of points')
      .description(
        'Evaluates a model on the rows of a CSV file. Writes one line for each, in their order: the energy in nats and, where the file knows its ' +
          'normalisation, the log density in nats. Of a model of `train --model wae-mvl`: energies of codes.',
      )
      .argument('<model.onnx>', 'a model that `train` or `export` wrote')
      .argument('<data.csv>', 'points as rows; - reads standard input')
      .option('-o, --out <file>', 'write here instead of standard output'),
  ).action((model: string, data: string, flags: Flags) => score(model, data, flags, io));
