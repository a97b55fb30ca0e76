/**
 * The classifier whose features Fréchet distances of digits are measured on: `npx tsx bench/paper/lenet.ts` trains a network like LeNet-5 (LeCun et al. 1998), with max
 * pooling and ReLU, on all of MNIST, and writes lenet.onnx and the figures of the file. `--epochs 1` for a short run.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { frechetDistance } from 'tfjs-mvl';
import { exportOnnx, fitCompiled, onnxruntimeExecutor } from 'tfjs-mvl/exporters';
import { mnist } from 'tfjs-mvl/models';
import { VERSIONS } from '../versions.ts';
import { LENET, lenetFeatures, openLenet, outputsOf } from './features.ts';
import { writeResult } from './results.ts';

const { values } = parseArgs({ options: { epochs: { type: 'string', default: '12' } } });
const settings = { seed: 1, epochs: Number(values.epochs), batchSize: 128, learningRate: 1e-3 };
/** Images in each of the two sets that distances are measured between. */
const COMPARED = 10_000;

/** The layers up to the features, and what comes after them; a start fixed by the seed. */
function network(seed: number) {
  let layer = 0;
  const start = () => ({ kernelInitializer: tf.initializers.heNormal({ seed: 100 * seed + layer++ }) });
  const features = tf.sequential({
    name: 'features',
    layers: [
      tf.layers.reshape({ inputShape: [784], targetShape: [28, 28, 1] }),
      tf.layers.conv2d({ filters: 6, kernelSize: 5, padding: 'same', activation: 'relu', ...start() }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.conv2d({ filters: 16, kernelSize: 5, activation: 'relu', ...start() }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 120, activation: 'relu', ...start() }),
      tf.layers.dense({ units: 84, activation: 'relu', ...start() }),
    ],
  });
  const logits = tf.layers.dense({ units: 10, inputShape: [84], name: 'logits', ...start() });
  return { features, logits, model: tf.sequential({ layers: [features, logits, tf.layers.softmax()] }) };
}

/** Share of images whose greatest logit is that of their label. */
async function accuracyOf(bytes: Uint8Array, images: Float32Array, labels: Uint8Array): Promise<number> {
  const session = await openLenet(bytes);
  const logits = await outputsOf(session, images, 'logits');
  await session.release();
  const right = labels.filter((label, i) => {
    const row = logits.subarray(10 * i, 10 * i + 10);
    return row.indexOf(Math.max(...row)) === label;
  });
  return right.length / labels.length;
}

tf.enableProdMode();
await tf.setBackend('cpu');
const { train, test } = await mnist();
const { features, logits, model } = network(settings.seed);
model.compile({ optimizer: tf.train.adam(settings.learningRate), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });

const began = performance.now();
const x = tf.tensor2d(train.images, [train.count, 784]);
const y = tf.tensor2d(Float32Array.from(train.labels), [train.count, 1]);
const { history } = await fitCompiled(model, x, y, {
  executor: onnxruntimeExecutor(ort, { sessionOptions: { intraOpNumThreads: 1 } }),
  epochs: settings.epochs,
  batchSize: settings.batchSize,
  seed: settings.seed,
  learningRate: (progress) => settings.learningRate * (1 - 0.99 * progress),
  verbose: 1,
});
const seconds = (performance.now() - began) / 1000;
tf.dispose([x, y]);

function lenet(images: tf.Tensor2D) {
  const found = features.apply(images) as tf.Tensor2D;
  return { logits: logits.apply(found) as tf.Tensor2D, features: found };
}
const exported = (metadata: Record<string, unknown>) => exportOnnx(lenet, { inputs: { x: { shape: ['batch', 784] } }, metadata });
const { bytes } = await exported({});
const accuracy = {
  test: await accuracyOf(bytes, test.images, test.labels),
  train: await accuracyOf(bytes, train.images, train.labels),
};
const facts = { command: `npx tsx bench/paper/lenet.ts --epochs ${settings.epochs}`, ...settings, accuracy };
const file = (await exported({ ...facts, trainedWith: VERSIONS })).bytes;
writeFileSync(LENET, file);

// What two sets of real images are apart, the least that a model can hope for, and how long it takes to know.
const first = await lenetFeatures(train.images.subarray(0, COMPARED * 784));
const second = await lenetFeatures(test.images.subarray(0, COMPARED * 784));
const measuring = performance.now();
const distance = await frechetDistance(first, second, { seed: settings.seed });
writeResult('lenet', {
  ...facts,
  loss: history.loss,
  trainingSeconds: Math.round(seconds),
  bytes: file.length,
  trainAndTest: { images: COMPARED, ...distance, seconds: Number(((performance.now() - measuring) / 1000).toFixed(1)) },
  versions: VERSIONS,
});
console.log(
  `${(100 * accuracy.test).toFixed(2)} % of the test images right (${(100 * accuracy.train).toFixed(2)} % of the training images), ${file.length} bytes, ` +
    `${seconds.toFixed(0)} s of training; training and test images at ${distance.distance.toFixed(3)} ± ${distance.standardError.toFixed(3)}, bias ${distance.bias.toFixed(3)}`,
);
