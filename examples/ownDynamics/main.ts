/**
 * A dynamics of one's own, in `tamedLangevin.ts`, and what comes with it: a sampler, a loss, an ONNX step. `npx tsx examples/ownDynamics/main.ts`
 */
import * as tf from '@tensorflow/tfjs';
import { langevin } from 'tfjs-mvl';
import { compareWithOnnx, learnQuartic, sampleQuartic } from './run.ts';
import { tamedLangevin } from './tamedLangevin.ts';

await tf.ready();
const dynamics = tamedLangevin();

const plain = await sampleQuartic(langevin(), 100).catch((error: Error) => error.message);
console.log(`Langevin from far out: ${plain}`);

const points = await sampleQuartic(dynamics, 4000);
const square = tf.mean(tf.sum(tf.square(points), 1)).dataSync()[0];
console.log(`tamed: E|x|² = ${square.toFixed(3)}; 2/√π = ${(2 / Math.sqrt(Math.PI)).toFixed(3)} up to the bias of the step`);
// Score matching minimises c² E|x|⁶ − 8c E|x|²: ∇E = c|x|²x and ΔE = 4c|x|².
const sixth = tf.mean(tf.pow(tf.sum(tf.square(points), 1), 3)).dataSync()[0];
const found = await learnQuartic(dynamics, points);
console.log(
  `the loss that it makes finds c = ${found.toFixed(3)}; score matching on these points has ${((4 * square) / sixth).toFixed(3)}, and 1 is true`,
);
console.log(`1000 steps in onnxruntime differ from those in tfjs by ${(await compareWithOnnx(dynamics, 1000)).toExponential(1)}`);
