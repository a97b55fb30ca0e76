import { rm } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import {
  type EnergyModel,
  energyModel,
  euclidean,
  type FitOptions,
  type Manifold,
  mlpEnergy,
  parseManifold,
  sphere,
  TrainingInterrupted,
} from '../../plugin/index.ts';
import type { TrainFlags } from '../commands/train.ts';
import { atLine, checkWidth } from '../data/place.ts';
import { checkLonLat } from '../data/pointOptions.ts';
import { type PointsFile, readPoints } from '../data/readPoints.ts';
import { asInput, InputError, Interrupted } from '../errors.ts';
import { checkOutput } from '../files.ts';
import { type Io, note } from '../io.ts';
import { validationNll } from '../normalise.ts';
import { writeModelFile } from '../writeModelFile.ts';
import { useBackend } from './backend.ts';
import { checkpointAt } from './checkpoint.ts';
import { makeLoss } from './losses.ts';
import { report } from './report.ts';
import { smoothingOf } from './smoothing.ts';

const STEPS = 2000;

/** Adam's learning rate falls along half a cosine to this share. */
const LAST_RATE = 0.01;

/** Fewest points of which some are kept for validation unasked. */
const ENOUGH = 20;

async function checkOutputs({ out, saveDir }: TrainFlags): Promise<void> {
  if (out === undefined && saveDir === undefined)
    throw new InputError('train: nothing to write; give --out model.onnx, or --save-dir for a tfjs model.');
  if (out !== undefined) await checkOutput('--out', out);
  if (saveDir !== undefined) await checkOutput('--save-dir', saveDir, 'folder');
}

async function manifoldOf({ manifold, lonlat }: TrainFlags, points: PointsFile): Promise<Manifold> {
  if (manifold === undefined) return lonlat ? sphere(2) : euclidean(points.points[0].length);
  const named = await asInput(() => parseManifold(manifold));
  checkLonLat({ lonlat }, named.name);
  const width = named.ambientDim ?? points.points[0].length;
  checkWidth(points, width, `a point of ${named.name}`);
  return named.ambientDim === null ? euclidean(width) : named;
}

function fitOptions(flags: TrainFlags, manifold: Manifold, { points }: PointsFile, checkpoint: string | null): FitOptions {
  const { batchSize, learningRate, seed, verbose, resume = false } = flags;
  const validationSplit = flags.validationSplit ?? (points.length >= ENOUGH ? 0.1 : 0);
  const stepsPerEpoch = Math.ceil((points.length * (1 - validationSplit)) / batchSize);
  const epochs = flags.epochs ?? Math.ceil(STEPS / stepsPerEpoch);
  const smoothing = smoothingOf(flags.smoothing, manifold, points);
  const nll = validationSplit > 0 ? validationNll(manifold, epochs) : null;
  return {
    epochs,
    batchSize,
    validationSplit,
    seed,
    resume,
    learningRate: (progress) => learningRate * (LAST_RATE + (1 - LAST_RATE) * 0.5 * (1 + Math.cos(Math.PI * progress))),
    clipNorm: 10,
    verbose: verbose ? 1 : 'auto',
    ...(smoothing !== undefined && { smoothing }),
    ...(nll && { validation: nll, keepBest: 'val_nll' }),
    ...(checkpoint !== null && { checkpoint }),
  };
}

async function trainModel(model: EnergyModel, points: PointsFile, options: FitOptions, checkpoint: string | null): Promise<void> {
  try {
    await asInput(() => atLine(points, () => model.fit(points.points, options)), RangeError);
  } catch (error) {
    if (!(error instanceof TrainingInterrupted)) throw error;
    throw new Interrupted(
      `Stopped by Ctrl-C; nothing was written but the checkpoint ${checkpoint}. To go on, give the same command with --resume.`,
      { cause: error },
    );
  }
}

/** Reads, trains, exports, checks and writes, in this order: nothing is written before all of it went well. */
export async function train(data: string, flags: TrainFlags, io: Io): Promise<void> {
  await checkOutputs(flags);
  const checkpoint = await checkpointAt(flags, io);
  const points = await readPoints(data, flags);
  if (points.note) note(io, points.note);
  const manifold = await manifoldOf(flags, points);
  note(io, `tfjs computes on ${await useBackend(flags.backend)}`);
  const { hidden, seed, learningRate, out, saveDir } = flags;
  const tf = await import('@tensorflow/tfjs');
  const optimizer = tf.train.adam(learningRate);
  const network = mlpEnergy({ manifold, hidden, seed });
  const model = energyModel({ manifold, network, seed });
  try {
    await asInput(() => model.compile({ optimizer, loss: makeLoss(flags.loss, manifold, flags) }));
    await trainModel(model, points, fitOptions(flags, manifold, points, checkpoint.path), checkpoint.path);
    const name = flags.name ?? basename(data, extname(data));
    const written = out === undefined ? [] : [(await writeModelFile(model, out, { name })).summary];
    if (saveDir !== undefined) {
      await model.save(saveDir);
      written.push(`wrote ${saveDir}`);
    }
    if (checkpoint.temporary && checkpoint.path !== null) await rm(checkpoint.path, { force: true });
    io.stdout.write(`${report(model, points, written)}\n`);
  } finally {
    model.dispose();
    network.dispose();
    optimizer.dispose();
  }
}
