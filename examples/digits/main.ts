/**
 * Handwritten digits by an implicit VAE whose codes lie on a sphere: `npx tsx examples/digits/main.ts` trains, exports, and shows what onnxruntime alone makes of
 * the test images. `--resume --epochs 40` makes the run longer, or goes on where Ctrl-C stopped it; `--latent sphere:8` has sharper digits.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { exportLatentModel, onnxruntimeExecutor } from 'tfjs-mvl/exporters';
import { mnist } from 'tfjs-mvl/models';
import { loadModel } from 'tfjs-mvl/runtime';
import { toPng } from '../maps/png.ts';
import { crossEntropy } from './crossEntropy.ts';
import { gridOn, placesOf } from './globe.ts';
import { montage } from './montage.ts';
import { picture } from './picture.ts';
import { trainDigits } from './train.ts';

/** Rows of the decoded map. */
const LATITUDES = 10;

const { values } = parseArgs({
  options: {
    latent: { type: 'string', default: 'sphere:2' },
    epochs: { type: 'string', default: '12' },
    resume: { type: 'boolean', default: false },
  },
});
// The map of codes is a globe.
if (!/^sphere:([2-9]|\d{2,})$/.test(values.latent)) {
  console.error(`--latent ${values.latent}: expected sphere:n with n of at least 2.`);
  process.exit(2);
}
const epochs = Number(values.epochs);
const OUTPUT = join(import.meta.dirname, 'output');
mkdirSync(OUTPUT, { recursive: true });
const name = `digits-${values.latent.replace(':', '-')}`;
const path = (ending: string): string => join(OUTPUT, `${name}.${ending}`);

tf.enableProdMode();
await tf.setBackend('cpu');
const { train, test } = await mnist();
const size = train.height;
const images = tf.tensor2d(train.images, [train.count, size * size]);
const { model, history } = await trainDigits(images, {
  latent: values.latent,
  epochs,
  checkpoint: path('checkpoint'),
  resume: values.resume,
  executor: onnxruntimeExecutor(ort),
  callbacks: {
    onEpochEnd: (epoch, logs) => console.log(`  epoch ${epoch + 1} of ${epochs}: reconstruction ${logs?.reconstruction.toFixed(1)} nats`),
  },
});
images.dispose();
const { bytes } = await exportLatentModel(model, { name });
model.dispose();
writeFileSync(path('onnx'), bytes);

// From here on tfjs has nothing to do: this could be another machine, or a page.
const served = await loadModel(ort, path('onnx'));
const began = performance.now();
const codes = await served.encode(test.images, { seed: 1 });
const seconds = (performance.now() - began) / 1000;
const rebuilt = (await served.decode(codes)).rows();
const rows = Array.from({ length: test.count }, (_, i) => test.images.subarray(i * size * size, (i + 1) * size * size));

const mean = rows.reduce((sum, row, i) => sum + crossEntropy(row, rebuilt[i]) / rows.length, 0);
console.log(
  `${test.count} test images encoded in ${seconds.toFixed(2)} s by ${served.backend}; given back with ${mean.toFixed(1)} nats each`,
);

const shown = 14;
const z = codes.rows();
const pairs = [0, 2, 4, 6].map((i) => [z[i], z[i + 1]]);
const ways = await served.decode(
  await served.interpolate(
    pairs.map(([from]) => from),
    pairs.map(([, to]) => to),
    { steps: shown },
  ),
);
const drawn = await served.generate({ n: 4 * shown, seed: 2 });
const { svg, width } = picture({
  reconstructions: await montage(
    [...rows.slice(0, shown), ...rebuilt.slice(0, shown), ...rows.slice(shown, 2 * shown), ...rebuilt.slice(shown, 2 * shown)],
    shown,
    size,
  ),
  samples: await montage(drawn.rows(), shown, size),
  geodesics: await montage(ways.rows(), shown, size),
  places: placesOf(z),
  atlas: served.card.dim === 3 ? await montage((await served.decode(gridOn(2 * LATITUDES, LATITUDES))).rows(), 2 * LATITUDES, size) : null,
  labels: test.labels,
  about: `One draw of each digit's implicit posterior on ${values.latent}, after ${history.epoch.length} epochs`,
});
writeFileSync(path('png'), await toPng(svg, width));
await served.dispose();
console.log(`${relative('.', path('onnx'))} (${(bytes.length / 1e6).toFixed(1)} MB), ${relative('.', path('png'))}`);
// A code of two numbers keeps most of a digit: 206 nats without any, 155 with one epoch.
if (!(mean < 160)) process.exitCode = 1;
