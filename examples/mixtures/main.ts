/**
 * Learns two densities that are known in closed form, on the circle and on the globe, and prints how far off it ends: `npx tsx examples/mixtures/main.ts`.
 * With `--write` the numbers go to bench/results/mixtures.json.
 */
import { writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { VERSION } from 'tfjs-mvl';
import { circle, globe } from './densities.ts';
import { type MixtureOptions, trainMixture } from './train.ts';

const settings: MixtureOptions = { samples: 50_000, steps: 600, batchSize: 512, hidden: [48, 48], seed: 1 };

tf.enableProdMode();
await tf.setBackend('wasm');

const results = [];
for (const [name, mixture, bound] of [
  ['two components on S¹', await circle(), 0.005],
  ['four components on S²', await globe(), 0.01],
] as const) {
  const start = performance.now();
  const { model, klAtStart, kl } = await trainMixture(mixture, settings);
  const seconds = (performance.now() - start) / 1000;
  results.push({ density: name, klAtStart, kl, bound, steps: model.summary?.steps, seconds });
  console.log(`${name}: KL(p‖q) from ${klAtStart.toFixed(3)} to ${kl.toFixed(5)} nats (at most ${bound}), ${seconds.toFixed(0)} s`);
}

if (process.argv.includes('--write')) {
  const record = {
    command: 'npx tsx examples/mixtures/main.ts --write',
    what: 'KL(p‖q) in nats by quadrature, of a density q learnt by MVL-RLD from samples of p; tanh MLP, E = ⟨f(x), x⟩, ε = 1e-3, Rademacher noise, Adam',
    settings,
    versions: { node: process.version, 'tfjs-mvl': VERSION, tfjs: tf.version.tfjs, backend: tf.getBackend() },
    results,
  };
  writeFileSync(new URL('../../bench/results/mixtures.json', import.meta.url), `${JSON.stringify(record, null, 2)}\n`);
}
if (results.some(({ kl, bound }) => kl > bound)) process.exitCode = 1;
