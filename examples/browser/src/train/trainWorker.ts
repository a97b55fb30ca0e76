import * as tf from '@tensorflow/tfjs';
import { type Evaluation, logPartition } from 'tfjs-mvl';
import { exportEnergyModel, onnxruntimeExecutor } from 'tfjs-mvl/exporters';
import { wasmOrt } from '../models/wasmOrt.ts';
import { courseOf } from './course.ts';
import { cellsOf } from './energyFor.ts';
import { type Fitting, fittingFor, TOLERANCE } from './fitting.ts';
import { checkpointStore, keepProgress, keptProgress } from './kept.ts';
import type { FromWorker, Progress, Task, ToWorker } from './protocol.ts';
import { SPACES } from './spaces.ts';

tf.enableProdMode();
const executor = wasmOrt().then((ort) => onnxruntimeExecutor(ort));

const post = (message: FromWorker, transfer: Transferable[] = []): void => self.postMessage(message, { transfer });

const PIXELS = 96;

let fitting: Fitting | null = null;
let controller: AbortController | null = null;

/**
 * The density as a picture.
 *
 * @param energy the model's, by onnxruntime: tfjs's cpu backend would take longer for a picture than the steps before it
 */
async function draw({ task: { space }, setup }: Fitting, energy: Evaluation): Promise<void> {
  const [width, height] = space === 'circle' ? [360, 1] : [PIXELS, PIXELS];
  const points = tf.tensor2d(cellsOf(space, setup.box, width, height).map(SPACES[space].ambient));
  const energies = await energy(points);
  const logZ = await logPartition({ of: energy }, setup.quadrature, { tolerance: TOLERANCE });
  const logDensity = Float32Array.from((await energies.data()) as Float32Array, (value) => -value - logZ);
  tf.dispose([points, energies]);
  post({ kind: 'density', density: { space, width, height, box: setup.box, logDensity } }, [logDensity.buffer]);
}

async function train(task: Task, resume: boolean): Promise<void> {
  // It only traces; onnxruntime computes.
  await tf.setBackend('cpu');
  fitting?.model.dispose();
  const current = fittingFor(task);
  fitting = current;
  controller = new AbortController();
  const { signal } = controller;
  const { model, points, options, stepsPerEpoch, everyEpochs } = current;
  const { epochs } = options;
  const energy = await (await executor).evaluate(model.energy);
  const course = courseOf(epochs, resume ? await keptProgress() : undefined);
  let began: number | null = null;
  let stepsPerSecond: number | null = null;
  const shown: { latest: Progress | null } = { latest: null };
  try {
    await model.fit(points, {
      ...options,
      executor: await executor,
      checkpoint: { store: checkpointStore, everySeconds: 10 },
      resume,
      signal,
      callbacks: {
        onEpochEnd: async (index: number, logs?: tf.Logs) => {
          const epoch = index + 1;
          const measured = epoch % everyEpochs === 0;
          // An epoch that ends with a measurement takes longer than its steps.
          if (began !== null && !measured) stepsPerSecond = (1000 * stepsPerEpoch) / (performance.now() - began);
          course.add(epoch, logs?.loss as number, measured ? (logs?.val_nll as number) : null);
          shown.latest = { epoch, epochs, stepsPerEpoch, loss: course.loss, nll: course.nll, stepsPerSecond };
          post({ kind: 'progress', progress: shown.latest });
          if (measured) await Promise.all([draw(current, energy), keepProgress(shown.latest)]);
          began = performance.now();
        },
      },
    });
    await draw(current, energy);
    post({ kind: 'done' });
  } catch (error) {
    if (!signal.aborted) throw error;
    post({ kind: 'paused' });
  } finally {
    points.dispose();
    await energy.dispose();
    if (shown.latest !== null) await keepProgress(shown.latest);
  }
}

async function answer(message: ToWorker): Promise<void> {
  if (message.kind === 'train') return train(message.task, message.resume);
  if (message.kind === 'pause') return controller?.abort();
  if (fitting === null) throw new Error('There is no model to export yet.');
  const { bytes } = await exportEnergyModel(fitting.model, { name: fitting.task.space });
  const copy = Uint8Array.from(bytes);
  post({ kind: 'exported', bytes: copy }, [copy.buffer]);
}

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  answer(data).catch((error: Error) => post({ kind: 'failed', message: error.message }));
});
