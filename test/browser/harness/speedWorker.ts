import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { energyModel, mlpEnergy, mvlRld, sphere } from 'tfjs-mvl';
import { onnxruntimeExecutor } from 'tfjs-mvl/exporters';
import { reply } from './ask.ts';

setWasmPaths({ 'tfjs-backend-wasm.wasm': plain, 'tfjs-backend-wasm-simd.wasm': simd, 'tfjs-backend-wasm-threaded-simd.wasm': threaded });

export interface SpeedQuestion {
  readonly how: 'compiled' | 'tfjs';
  /** Of onnxruntime; those of tfjs's backend do not start in a worker (they wait for each other for ever). */
  readonly threads: number;
  readonly steps: number;
}

/** Steps a second of MVL-RLD on an MLP 3–100–100–3, batch 1000, once it is warm. */
reply(async ({ how, threads, steps }: SpeedQuestion) => {
  const ort = await import('onnxruntime-web/wasm');
  ort.env.wasm.numThreads = threads;
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  tf.enableProdMode();
  await tf.setBackend(how === 'tfjs' ? 'wasm' : 'cpu');
  await tf.ready();
  const manifold = sphere(2);
  const points = manifold.project(tf.add(tf.randomNormal([1000, 3], 0, 1, 'float32', 1), [0, 0, 1]));
  const model = energyModel({ manifold, network: mlpEnergy({ manifold, hidden: [100, 100], seed: 1 }), seed: 1 });
  model.compile({ optimizer: tf.train.adam(), loss: mvlRld({ manifold, noise: 'rademacher' }) });
  const times: number[] = [];
  await model.fit(points, {
    epochs: steps,
    batchSize: 1000,
    verbose: 0,
    ...(how === 'compiled' && { executor: onnxruntimeExecutor(ort) }),
    callbacks: { onEpochEnd: () => void times.push(performance.now()) },
  });
  const warm = Math.floor(steps / 4);
  return (1000 * (times.length - 1 - warm)) / (times[times.length - 1] - times[warm]);
});
