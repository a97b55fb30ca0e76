/**
 * The earthquakes of the demo under five seeds, each with its own split: `npx tsx bench/earthquakes.ts`.
 * Writes bench/results/earthquakes-recipe.json and the table of docs/likelihood.md. About a minute.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import * as ort from 'onnxruntime-node';
import { earthquakes } from '../examples/earthquakes/events.ts';
import { BACKGROUND, SMOOTHING, type Trained, trainEarthquakes } from '../examples/earthquakes/train.ts';
import { toSphere } from '../examples/maps/places.ts';
import { onnxruntimeExecutor } from '../exporters/index.ts';
import { kernelDensity, VERSION } from '../plugin/index.ts';

const SHARES = [0.001, 0.003, 0.01, 0.02, 0.03, 0.05, 0.1];

/** A kernel estimate of the model's own detail over a uniform background, whose share does best on the validation events. */
function kernelsOnBackground(seed: number): number {
  const events = earthquakes(seed);
  const [train, validation, test] = [events.train, events.validation, events.test].map((part) => part.map(toSphere));
  const estimates = SHARES.map((background) => kernelDensity(train, { kappa: 1 / SMOOTHING.to ** 2, background }));
  const scores = estimates.map((estimate) => estimate.negativeLogLikelihood(validation));
  return estimates[scores.indexOf(Math.min(...scores))].negativeLogLikelihood(test);
}

tf.enableProdMode();
await tf.setBackend('wasm');

const runs: (Omit<Trained, 'model'> & { seed: number; kernelsOnBackgroundNll: number })[] = [];
for (const seed of [0, 1, 2, 3, 4]) {
  const { model, ...numbers } = await trainEarthquakes({ seed, executor: onnxruntimeExecutor(ort) });
  runs.push({ seed, ...numbers, kernelsOnBackgroundNll: kernelsOnBackground(seed) });
  model.dispose();
  (model.network as tf.LayersModel).dispose();
  console.log(JSON.stringify(runs.at(-1)));
}
/** What is compared, and its column. */
const COLUMNS = {
  testNll: 'this model',
  kdeNll: 'kernels, bandwidth by leaving one out',
  kernelsOnBackgroundNll: 'kernels of width σ over a background',
  kdeOverUniformNll: `kernels over ${100 * BACKGROUND} % background, bandwidth by leaving one out`,
} as const;
const columns = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
const mean = (key: keyof typeof COLUMNS | 'seconds') => runs.reduce((sum, run) => sum + run[key] / runs.length, 0);
const result = {
  command: 'npx tsx bench/earthquakes.ts',
  what: 'negative log-likelihood in nats of held-out earthquakes, by quadrature, and of kernel estimates; each seed has its own split .8/.1/.1',
  versions: { node: process.version, 'tfjs-mvl': VERSION, tfjs: tf.version.tfjs, backend: 'onnxruntime-node' },
  runs,
  means: Object.fromEntries([...columns, 'seconds' as const].map((key) => [key, mean(key)])),
};
const cells = [
  ['seed', ...Object.values(COLUMNS)],
  columns.map(() => '---:').concat('---:'),
  ...runs.map((run) => [String(run.seed), ...columns.map((key) => run[key].toFixed(2))]),
  ['mean', ...columns.map((key) => mean(key).toFixed(2))],
];
const table = cells.map((row) => `| ${row.join(' | ')} |`).join('\n');

writeFileSync(new URL('results/earthquakes-recipe.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
const page = new URL('../docs/likelihood.md', import.meta.url);
const marked = /(<!-- table -->\n)[\s\S]*?(<!-- end -->)/;
writeFileSync(
  page,
  readFileSync(page, 'utf8').replace(marked, (_, start, end) => `${start}${table}\n${end}`),
);
console.log(table);
