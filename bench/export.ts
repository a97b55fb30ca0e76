import { mkdirSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { exportEnergyModel, exportOnnx } from '../exporters/index.ts';
import { energyModel, mlpEnergy, sphere } from '../plugin/index.ts';
import { VERSIONS } from './versions.ts';

/** Time and size of the export of a 3-layer MLP's energy, score and sampler: `npx tsx bench/export.ts`. */
const REPEATS = 15;
const seed = 1;
const manifold = sphere(2);
const network = mlpEnergy({ manifold, hidden: [128, 128], head: 'scalar', activation: 'tanh', seed });
const model = energyModel({ manifold, network, seed });
await tf.ready();

const milliseconds: number[] = [];
for (let i = 0; i < REPEATS; i++) {
  const start = performance.now();
  await exportEnergyModel(model);
  milliseconds.push(performance.now() - start);
}
const { graph, bytes } = await exportEnergyModel(model);
const forward = await exportOnnx((x: tf.Tensor2D) => model.energy(x), { inputs: { x: { shape: ['batch', 3] } } });
const [first, ...later] = milliseconds;
const sorted = later.toSorted((a, b) => a - b);
const round = (value: number): number => Number(value.toFixed(1));

const result = {
  command: 'npx tsx bench/export.ts',
  seed,
  versions: VERSIONS,
  network: 'MLP 3-128-128-1, tanh, on sphere:2',
  firstExportMs: round(first),
  laterExportsMs: { min: round(sorted[0]), median: round(sorted[Math.floor(sorted.length / 2)]), max: round(sorted.at(-1) as number) },
  nodes: { energy: forward.graph.nodes.length, energyAndScore: graph.nodes.length },
  bytes: bytes.length,
};
mkdirSync('bench/results', { recursive: true });
writeFileSync('bench/results/export.json', `${JSON.stringify(result, null, 2)}\n`);
console.log(result);
model.dispose();
