/**
 * Puts the models that the page shows into public/models: those of the demo and of examples/digits, which are trained here where they are not there yet.
 * `npm run browser` does this, builds the page and serves it.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { mnist } from 'tfjs-mvl/models';
import { loadModel } from 'tfjs-mvl/runtime';
import { crossEntropy } from '../digits/crossEntropy.ts';

const EXAMPLES = join(import.meta.dirname, '..');
const MODELS = join(import.meta.dirname, 'public', 'models');

function made(example: string, file: string): string {
  const path = join(EXAMPLES, example, 'output', file);
  if (!existsSync(path)) {
    console.log(`Training the model of examples/${example}, once.`);
    execFileSync(process.execPath, ['--import', 'tsx', join(EXAMPLES, example, 'main.ts')], { stdio: 'inherit' });
  }
  return path;
}

mkdirSync(MODELS, { recursive: true });
copyFileSync(made('earthquakes', 'earthquakes.onnx'), join(MODELS, 'earthquakes.onnx'));
const digits = made('digits', 'digits-sphere-2.onnx');
copyFileSync(digits, join(MODELS, 'digits.onnx'));

const { test } = await mnist();
const size = test.height * test.width;
const rowOf = (i: number): Float32Array => test.images.subarray(i * size, (i + 1) * size);
const model = await loadModel(ort, digits);
const means = (await model.reconstruct(test.images, { seed: 1 })).rows();
await model.dispose();
const costs = means.map((row, i) => crossEntropy(rowOf(i), row)).sort((a, b) => a - b);
const quantiles = [0.05, 0.5, 0.95].map((share) => Number(costs[Math.floor(share * costs.length)].toFixed(1)));
const examples = Array.from({ length: 10 }, (_, label) => {
  const pixels = Array.from(rowOf(test.labels.indexOf(label)), (ink) => Math.round(255 * ink));
  return { label, pixels };
});
writeFileSync(join(MODELS, 'digits.json'), JSON.stringify({ quantiles, examples }));
console.log(`Models of the page are in ${MODELS}.`);
