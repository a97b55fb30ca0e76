import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import progress from 'cli-progress';
import * as ort from 'onnxruntime-node';
import { checkParity, exportEnergyModel } from 'tfjs-mvl/exporters';
import { loadModel } from 'tfjs-mvl/runtime';
import { minus } from '../maps/ink.ts';
import { toLonLat, toSphere } from '../maps/places.ts';
import { toPng } from '../maps/png.ts';
import { chooseBackend } from './backend.ts';
import { earthquakes } from './events.ts';
import { worldMap } from './map.ts';
import { normalised, pointsPerSecond } from './measure.ts';
import { heading, table } from './print.ts';
import { BACKGROUND, trainEarthquakes } from './train.ts';

const OUTPUT = join(import.meta.dirname, 'output');
const BATCHES = [1, 7, 1000];

/** What the demo promises; it fails where it does not keep it. */
const PROMISES = { betterThanUniform: 1.3, behindKernelDensity: 0.25, energyError: 1e-5, scoreError: 1e-4 };

const began = performance.now();
tf.enableProdMode();
const { name: backend, executor } = await chooseBackend(process.argv.slice(2));
mkdirSync(OUTPUT, { recursive: true });
const write = (name: string, content: string | Uint8Array): string => {
  const path = join(OUTPUT, name);
  writeFileSync(path, content);
  return `${relative('.', path)} (${(Buffer.byteLength(content) / 1000).toFixed(0)} kB)`;
};

const events = earthquakes();
const sizes = `${events.train.length} to train on, ${events.validation.length} to validate, ${events.test.length} held out`;
heading('Earthquakes', `${sizes}; training by ${backend}`);

const bar = new progress.SingleBar(
  { format: '  training {bar} {percentage}% | validation {nll} nats | {eta_formatted} left', barsize: 30 },
  progress.Presets.shades_classic,
);
bar.start(1, 0, { nll: '–' });
const trained = await trainEarthquakes({
  ...(executor && { executor }),
  onProgress: ({ epoch, epochs, validationNll }) => {
    bar.setTotal(epochs);
    bar.update(epoch, { nll: validationNll.toFixed(3) });
  },
});
bar.stop();
const { model } = trained;

const exporting = performance.now();
const exported = await exportEnergyModel(model, { name: 'earthquakes' });
const exportSeconds = (performance.now() - exporting) / 1000;
const files = [write('earthquakes.onnx', exported.bytes)];

const served = await loadModel(ort, join(OUTPUT, 'earthquakes.onnx'));
const { nll, logDensity } = await normalised(served);
const testNll = await nll(events.test.map(toSphere));
heading('Likelihood of the held-out events', 'nats per event, lower is better; energies from onnxruntime, normalised by quadrature');
table([
  ['this model', testNll.toFixed(3)],
  ['kernel density, bandwidth by cross-validation', trained.kdeNll.toFixed(3)],
  [`the same over ${100 * BACKGROUND} % of a uniform density`, trained.kdeOverUniformNll.toFixed(3)],
  ['uniform on the globe', trained.uniformNll.toFixed(3)],
]);

const parity = await checkParity(exported, model, { ort, batches: BATCHES });
heading('Parity', `largest relative error of ${parity.runtime} against the same network in double precision`);
const errors = (output: 'energy' | 'score') => parity.batches.map(({ outputs }) => outputs[output].float64?.maxRelative ?? Number.NaN);
table([
  ['batch', ...BATCHES.map(String)],
  ['energy', ...errors('energy').map((error) => error.toExponential(1))],
  ['score', ...errors('score').map((error) => error.toExponential(1))],
]);

const speed = await pointsPerSecond(served);
heading('Speed');
table([
  ['training', `${trained.seconds.toFixed(0)} s, ${trained.steps} steps`],
  ['export of energy, score and sampler', `${exportSeconds.toFixed(2)} s`],
  ['energies in onnxruntime', `${(speed.energy / 1e3).toFixed(0)} thousand points/s`],
  ['scores in onnxruntime', `${(speed.score / 1e3).toFixed(0)} thousand points/s`],
]);

const samples = await served.sample({ n: 1000, candidates: 200_000, seed: 1 });
const svg = await worldMap({
  title: 'Where the earth shook: one week of earthquakes',
  subtitle: `An energy on the sphere, learnt from ${events.train.length.toLocaleString('en')} events by minimum velocity learning in TensorFlow.js, served by onnxruntime`,
  logDensity: (places) => logDensity(places.map(toSphere)),
  events: events.test,
  samples: samples.rows().map(toLonLat),
  facts: [
    { value: minus(testNll), label: 'test NLL, nats' },
    { value: minus(trained.kdeNll), label: 'kernel density' },
    { value: minus(trained.kdeOverUniformNll), label: `kernels + ${100 * BACKGROUND} % uniform` },
    { value: minus(trained.uniformNll), label: 'uniform' },
    { value: `${(speed.energy / 1e6).toFixed(1)} M/s`, label: 'points scored' },
  ],
});
files.push(write('earthquakes.svg', svg), write('earthquakes.png', await toPng(svg, 1600)));
await served.dispose();

heading('Written', `after ${((performance.now() - began) / 1000).toFixed(0)} s`);
table(files.map((file) => [file]));

const broken = [
  ['test NLL against uniform', testNll <= trained.uniformNll - PROMISES.betterThanUniform],
  ['test NLL against the kernel density', testNll <= trained.kdeNll + PROMISES.behindKernelDensity],
  ['parity of the energy', errors('energy').every((error) => error <= PROMISES.energyError)],
  ['parity of the score', errors('score').every((error) => error <= PROMISES.scoreError)],
].filter(([, kept]) => !kept);
if (broken.length > 0) {
  console.error(`\nNot as promised: ${broken.map(([name]) => name).join(', ')}.`);
  process.exitCode = 1;
}
