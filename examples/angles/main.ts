/**
 * Directions of the wind: an energy on the circle by MVL, beside a kernel density whose width is cross-validated. `npx tsx examples/angles/main.ts`
 */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { kernelDensity, negativeLogLikelihood, torus, torusQuadrature } from 'tfjs-mvl';
import { circlePoints } from './circlePoints.ts';
import { fitAngles } from './fit.ts';
import { windDirections } from './wind.ts';

tf.enableProdMode();
await tf.setBackend('wasm');

const manifold = torus(1);
const { train, test } = windDirections(1);
const energy = await fitAngles(train, manifold, {
  steps: 8000,
  batchSize: 512,
  learningRate: 0.01,
  smoothing: { from: 0.1, to: 0.025 },
  uniformShare: 0.02,
  hidden: [64, 64],
  seed: 1,
});
const learnt = await negativeLogLikelihood(energy, circlePoints(test), torusQuadrature(manifold));
const kernels = kernelDensity(circlePoints(train), { manifold, folds: 10 });
const kernel = kernels.negativeLogLikelihood(circlePoints(test));
console.log(
  `${test.length} directions kept for the test, mean of −log p: ${learnt.toFixed(4)} nats learnt, ${kernel.toFixed(4)} by kernels`,
);
console.log(`${(manifold.logVolume as number).toFixed(4)} where all directions are alike`);
// Over ten splits the two are level (docs/angles.md).
if (!(learnt < kernel + 0.01)) process.exitCode = 1;
