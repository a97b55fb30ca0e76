import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { compile } from '../compile.ts';
import { print } from '../../ir/print.ts';
import { noiseOf } from './noiseLayers.ts';
const layer = tf.layers.alphaDropout({ rate: 0.3 });
const noise = noiseOf(layer)!;
const W = tf.variable(tf.randomNormal([4, 6], 0, 1, 'float32', 1));
const V = tf.variable(tf.randomNormal([6, 3], 0, 1, 'float32', 2));
const x = tf.randomNormal([10, 4], 0, 1, 'float32', 3), u = tf.randomUniform([10, 6], 0, 1, 'float32', 4);
const fns: Record<string, (x: tf.Tensor, u: tf.Tensor) => tf.Tensor> = {
  forward: (x, u) => noise.apply(tf.tanh(tf.matMul(x, W)), u),
  grad: (x, u) => tf.grad((a) => tf.sum(tf.square(noise.apply(tf.tanh(tf.matMul(a, W)), u))))(x),
  gradW: (x, u) => tf.variableGrads(() => tf.sum(tf.square(tf.matMul(noise.apply(tf.tanh(tf.matMul(x, W as never)), u), V as never))) as tf.Scalar, [W]).grads[W.name],
  gradV: (x, u) => tf.variableGrads(() => tf.sum(tf.square(tf.matMul(noise.apply(tf.tanh(tf.matMul(x, W as never)), u), V as never))) as tf.Scalar, [V]).grads[V.name],
};
for (const [name, fn] of Object.entries(fns)) {
  const f = await compile(fn, { ort });
  const a = await f(x, u), b = fn(x, u);
  console.log(name, tf.norm(tf.sub(a, b)).dataSync()[0] / tf.norm(b).dataSync()[0]);
  if (name === process.argv[2]) console.log([...f.graphs.values()].map((g) => print(g)).join('\n'));
}
