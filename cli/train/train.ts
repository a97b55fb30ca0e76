import { basename, extname } from 'node:path';
import { energyModel, euclidean, type Manifold, parseManifold } from '../../plugin/index.ts';
import { splitRows } from '../../plugin/training/data.ts';
import type { TrainFlags } from '../commands/train.ts';
import { checkCoordinates } from '../data/coordinates.ts';
import { atLine, checkWidth } from '../data/place.ts';
import { type PointsFile, readPoints } from '../data/readPoints.ts';
import { asInput } from '../errors.ts';
import { type Io, note } from '../io.ts';
import { tensorflow } from '../load.ts';
import { writeModelFile } from '../writeModelFile.ts';
import { useBackend } from './backend.ts';
import { checkpointAt } from './checkpoint.ts';
import { fitOptions, validationSplitOf } from './fitOptions.ts';
import { makeLoss } from './losses.ts';
import { recipeOf } from './network.ts';
import { checkOutputs, writeOutputs } from './outputs.ts';
import { report } from './report.ts';
import { smoothingOf } from './smoothing.ts';
import { withCheckpoint } from './withCheckpoint.ts';

/** Against divergence. */
const REMEDY = 'a smaller --learning-rate, or a wider --smoothing';

async function manifoldOf({ manifold }: TrainFlags, points: PointsFile): Promise<Manifold> {
  const { coordinates } = points;
  if (manifold === undefined) return coordinates.manifold(coordinates.columns(points.points[0].length));
  const named = await asInput(() => parseManifold(manifold));
  checkCoordinates(coordinates, named.name);
  const width = named.ambientDim ?? points.points[0].length;
  checkWidth(points, width, `a point of ${named.name}`);
  return named.ambientDim === null ? euclidean(width) : named;
}

/** Reads, trains, exports, checks and writes, in this order: nothing is written before all of it went well. */
export async function train(data: string, flags: TrainFlags, io: Io): Promise<void> {
  await checkOutputs(flags);
  const checkpoint = await checkpointAt(flags, io);
  const points = await readPoints(data, flags);
  if (points.note) note(io, points.note);
  const manifold = await manifoldOf(flags, points);
  const { said, executor } = await useBackend(flags.backend);
  note(io, said);
  const tf = await tensorflow();
  const smoothing = smoothingOf(flags.smoothing, manifold, points.points);
  const split = validationSplitOf(flags, points.points.length);
  const recipe = await asInput(() => {
    const rows = split > 0 ? Array.from(splitRows(points.points.length, split, flags.seed).train, (i) => points.points[i]) : points.points;
    return recipeOf(flags, manifold, smoothing, rows);
  });
  const optimizer = tf.train.adam(recipe.learningRate);
  const model = energyModel({ manifold, network: recipe.network, seed: flags.seed });
  try {
    await asInput(() => model.compile({ optimizer, loss: makeLoss(flags.loss, manifold, flags) }));
    const options = { ...fitOptions(flags, manifold, points.points.length, smoothing, recipe), ...(executor && { executor }) };
    const name = flags.name ?? basename(data, extname(data));
    await withCheckpoint(checkpoint, REMEDY, async (kept) => {
      await asInput(() => atLine(points, () => model.fit(points.points, { ...options, ...kept })), RangeError);
      const written = await writeOutputs(model, flags, (path) => writeModelFile(model, path, { name }), io);
      io.stdout.write(`${report(model, points, written)}\n`);
    });
  } finally {
    model.dispose();
    recipe.network.dispose();
    optimizer.dispose();
  }
}
