import * as tf from '@tensorflow/tfjs';
import { type EnergyModel, energyModel, likelihoodMetric, logPartition, mvlLd, mvlRld } from 'tfjs-mvl';
import { exportEnergyModel, onnxruntimeExecutor } from 'tfjs-mvl/exporters';
import { wasmOrt } from '../models/wasmOrt.ts';
import { cellsOf, type Setup, setupFor } from './energyFor.ts';
import { checkpointStore, keepProgress, keptProgress } from './kept.ts';
import type { FromWorker, Progress, Task, ToWorker } from './protocol.ts';
import { SPACES } from './spaces.ts';

tf.enableProdMode();
const executor = wasmOrt().then((ort) => onnxruntimeExecutor(ort));

const post = (message: FromWorker, transfer: Transferable[] = []): void => self.postMessage(message, { transfer });

/** Noise levels make losses noisy: with 256 points a step the energy of two discs stays half a nat short of this. */
const BATCH = 1000;
const HELD_OUT = 0.1;
/** Times in a run that the likelihood is measured and the picture drawn. */
const PICTURES = 40;
const PIXELS = 96;

interface Run {
  readonly task: Task;
  readonly setup: Setup;
  readonly model: EnergyModel;
}

let run: Run | null = null;
let controller: AbortController | null = null;

/** The density as a picture, by the compiled energy. */
async function draw({ task: { space }, setup, model }: Run, energy = async (x: tf.Tensor2D) => model.energy(x)): Promise<void> {
  const [width, height] = space === 'circle' ? [360, 1] : [PIXELS, PIXELS];
  const points = tf.tensor2d(cellsOf(space, setup.box, width, height).map(SPACES[space].ambient));
  const energies = await energy(points);
  const logZ = await logPartition(model.energy, setup.quadrature, { tolerance: 0.05 });
  const logDensity = Float32Array.from((await energies.data()) as Float32Array, (value) => -value - logZ);
  tf.dispose([points, energies]);
  post({ kind: 'density', density: { space, width, height, box: setup.box, logDensity } }, [logDensity.buffer]);
}

async function train({ space, rows, settings }: Task, resume: boolean): Promise<void> {
  // It only traces; onnxruntime computes.
  await tf.setBackend('cpu');
  run?.model.dispose();
  const { detail, seed } = settings;
  const setup = setupFor(space, rows, detail, seed);
  const { manifold, noiseLevels, network, quadrature } = setup;
  const model = energyModel({ manifold, noiseLevels, network, seed });
  const noise = 'rademacher';
  const loss = (epsilon: number) => (space === 'plane' ? mvlLd({ epsilon, noise }) : mvlRld({ manifold, epsilon, noise }));
  model.compile({ optimizer: tf.train.adam(), loss });
  run = { task: { space, rows, settings }, setup, model };
  const current = run;
  controller = new AbortController();
  const points = tf.tensor2d(rows.map((row) => SPACES[space].ambient(row)));
  const steps = Math.ceil((rows.length * (1 - HELD_OUT)) / BATCH);
  const epochs = Math.max(1, Math.round(settings.steps / steps));
  const everyEpochs = Math.max(1, Math.round(epochs / PICTURES));
  const before = resume ? await keptProgress() : undefined;
  const losses = [...(before?.losses ?? [])];
  const nll = [...(before?.nll ?? [])];
  let last: number | null = null;
  const shown: { latest: Progress | null } = { latest: null };
  try {
    await model.fit(points, {
      epochs,
      batchSize: BATCH,
      validationSplit: HELD_OUT,
      validation: likelihoodMetric(quadrature, { everyEpochs, tolerance: 0.05 }),
      averaging: 0.995,
      learningRate: (progress) => 2e-3 * (0.01 + 0.99 * Math.cos((Math.PI / 2) * progress) ** 2),
      executor: await executor,
      checkpoint: { store: checkpointStore, everySeconds: 10 },
      resume,
      signal: controller.signal,
      verbose: 0,
      callbacks: {
        onEpochEnd: async (epoch: number, logs?: tf.Logs) => {
          const now = performance.now();
          const stepsPerSecond = last === null ? null : (1000 * steps) / (now - last);
          last = now;
          // The checkpoint may be of an earlier epoch than what was shown last.
          losses.length = Math.min(losses.length, epoch);
          losses.push(logs?.loss as number);
          const measured = (epoch + 1) % everyEpochs === 0;
          if (measured) {
            while (nll.length > 0 && nll[nll.length - 1].epoch > epoch) nll.pop();
            nll.push({ epoch: epoch + 1, value: logs?.val_nll as number });
          }
          shown.latest = { epoch: epoch + 1, epochs, losses: [...losses], nll: [...nll], stepsPerSecond };
          post({ kind: 'progress', progress: shown.latest });
          if (measured) await Promise.all([draw(current), keepProgress(shown.latest)]);
        },
      },
    });
    await draw(current);
    post({ kind: 'done' });
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    post({ kind: 'paused' });
  } finally {
    points.dispose();
    if (shown.latest !== null) await keepProgress(shown.latest);
  }
}

async function answer(message: ToWorker): Promise<void> {
  if (message.kind === 'train') return train(message.task, message.resume);
  if (message.kind === 'pause') return controller?.abort();
  if (run === null) throw new Error('There is no model to export yet.');
  const { bytes } = await exportEnergyModel(run.model, { name: run.task.space });
  const copy = Uint8Array.from(bytes);
  post({ kind: 'exported', bytes: copy }, [copy.buffer]);
}

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  answer(data).catch((error: Error) => post({ kind: 'failed', message: error.message }));
});
