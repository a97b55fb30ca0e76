import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { fitCompiled } from './fitCompiled.ts';

const kind = process.argv[2];
const init = (seed: number) => tf.initializers.glorotUniform({ seed });
const build = () => {
  const m = tf.sequential();
  if (kind === 'cnn') {
    m.add(tf.layers.conv2d({ inputShape: [12, 12, 1], filters: 4, kernelSize: 3, activation: 'relu', kernelInitializer: init(1) }));
    m.add(tf.layers.batchNormalization());
    m.add(tf.layers.maxPooling2d({ poolSize: 2 }));
    m.add(tf.layers.conv2d({ filters: 6, kernelSize: 3, activation: 'elu', kernelInitializer: init(2) }));
    m.add(tf.layers.averagePooling2d({ poolSize: 2 }));
    m.add(tf.layers.flatten());
  } else if (kind === 'lstm') {
    m.add(tf.layers.embedding({ inputDim: 20, outputDim: 5, inputLength: 7, embeddingsInitializer: init(1) }));
    m.add(tf.layers.lstm({ units: 6, kernelInitializer: init(3), recurrentInitializer: init(4) }));
  } else if (kind === 'gru') {
    m.add(
      tf.layers.bidirectional({
        layer: tf.layers.gru({ units: 6, returnSequences: true, kernelInitializer: init(3), recurrentInitializer: init(4) }),
        mergeMode: 'concat',
        inputShape: [7, 3],
      } as never),
    );
    m.add(tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 4, kernelInitializer: init(9) }) }));
    m.add(tf.layers.layerNormalization());
    m.add(tf.layers.globalAveragePooling1d({}));
  } else m.add(tf.layers.dense({ inputShape: [6], units: 8, activation: 'tanh', kernelInitializer: init(1) }));
  m.add(tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: init(7) }));
  m.compile({ optimizer: tf.train.adam(0.01), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return m;
};
const n = 150;
const x =
  kind === 'cnn'
    ? tf.randomNormal([n, 12, 12, 1], 0, 1, 'float32', 1)
    : kind === 'lstm'
      ? tf.randomUniform([n, 7], 0, 20, 'int32', 2)
      : kind === 'gru'
        ? tf.randomNormal([n, 7, 3], 0, 1, 'float32', 1)
        : tf.randomNormal([n, 6], 0, 1, 'float32', 1);
const y = tf.randomUniform([n, 1], 0, 3, 'int32', 2);
const [a, b] = [build(), build()];
const options = { epochs: 3, batchSize: 32, shuffle: false, validationSplit: 0.2 };
let t = performance.now();
const ha = await a.fit(x, tf.cast(y, 'float32'), { ...options, verbose: 0 });
console.log('tfjs', performance.now() - t);
t = performance.now();
const before = tf.memory().numTensors;
const hb = await fitCompiled(b, x, y, { ...options, ort });
console.log('ort', performance.now() - t, tf.memory().numTensors - before);
console.log(ha.history, hb.history);
for (const [i, w] of a.getWeights().entries()) {
  const v = b.getWeights()[i];
  console.log(a.weights[i].name, (tf.norm(tf.sub(w, v)).dataSync()[0] / tf.norm(w).dataSync()[0]).toExponential(2));
}
