import { rm } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import {
  type EnergyModel,
  energyModel,
  euclidean,
  type FitOptions,
  type Manifold,
  parseManifold,
  TrainingInterrupted,
} from '../../plugin/index.ts';
import { splitRows } from '../../plugin/training/data.ts';
import type { TrainFlags } from '../commands/train.ts';
import { checkCoordinates } from '../data/coordinates.ts';
import { atLine, checkWidth } from '../data/place.ts';
import { type PointsFile, readPoints } from '../data/readPoints.ts';
import { asInput, InputError, Interrupted } from '../errors.ts';
import { checkOutput } from '../files.ts';
import { type Io, note } from '../io.ts';
import { tensorflow } from '../load.ts';
import { writeModelFile } from '../writeModelFile.ts';
import { useBackend } from './backend.ts';
import { type CheckpointPlace, checkpointAt } from './checkpoint.ts';
import { fitOptions, validationSplitOf } from './fitOptions.ts';
import { makeLoss } from './losses.ts';
import { recipeOf } from './network.ts';
import { report } from './report.ts';
import { smoothingOf } from './smoothing.ts';

async function checkOutputs({ out, saveDir }: TrainFlags): Promise<void> {
  if (out === undefined && saveDir === undefined)
    throw new InputError('train: nothing to write; give --out model.onnx, or --save-dir for a tfjs model.');
  if (out !== undefined) await checkOutput('--out', out);
  if (saveDir !== undefined) await checkOutput('--save-dir', saveDir, 'folder');
}

async function manifoldOf({ manifold }: TrainFlags, points: PointsFile): Promise<Manifold> {
  const { coordinates } = points;
  if (manifold === undefined) return coordinates.manifold(coordinates.columns(points.points[0].length));
  const named = await asInput(() => parseManifold(manifold));
  checkCoordinates(coordinates, named.name);
  const width = named.ambientDim ?? points.points[0].length;
  checkWidth(points, width, `a point of ${named.name}`);
  return named.ambientDim === null ? euclidean(width) : named;
}

/** Trains, and on Ctrl-C says how to go on. After another failure no checkpoint stays that was not asked for. */
async function trainModel(
  model: EnergyModel,
  points: PointsFile,
  options: FitOptions,
  { path, temporary }: CheckpointPlace,
): Promise<void> {
  try {
    const checkpointed = { ...options, ...(path !== null && { checkpoint: path }) };
    await asInput(() => atLine(points, () => model.fit(points.points, checkpointed)), RangeError);
  } catch (error) {
    if (error instanceof TrainingInterrupted)
      throw new Interrupted(
        `Stopped by Ctrl-C; nothing was written but the checkpoint ${path}. To go on, give the same command with --resume.`,
        { cause: error },
      );
    if (temporary) await rm(path as string, { force: true });
    throw error;
  }
}

async function write(model: EnergyModel, { out, saveDir }: TrainFlags, name: string): Promise<string[]> {
  const written = out === undefined ? [] : [(await writeModelFile(model, out, { name })).summary];
  if (saveDir === undefined) return written;
  await model.save(saveDir);
  return [...written, `wrote ${saveDir}`];
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
    await trainModel(model, points, options, checkpoint);
    const written = await write(model, flags, flags.name ?? basename(data, extname(data)));
    io.stdout.write(`${report(model, points, written)}\n`);
    if (checkpoint.temporary) await rm(checkpoint.path as string, { force: true });
  } finally {
    model.dispose();
    recipe.network.dispose();
    optimizer.dispose();
  }
}
