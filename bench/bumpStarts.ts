/**
 * Where bumps should begin: the mass that a model of airports puts where the airports are. `npx tsx bench/bumpStarts.ts`
 * Writes bench/results/bumpStarts.json. About a minute.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { parse } from 'csv-parse/sync';
import {
  bumpEnergy,
  energyModel,
  kernelDensity,
  logPartition,
  mvlRld,
  negativeLogLikelihood,
  sphere,
  sphereQuadrature,
  VERSION,
} from '../plugin/index.ts';

tf.enableProdMode();
await tf.setBackend('wasm');

const file = new URL('../node_modules/vega-datasets/data/airports.csv', import.meta.url);
const table: Record<string, string>[] = parse(readFileSync(file), { columns: true });
const radians = (degrees: string): number => (Number(degrees) * Math.PI) / 180;
const points = table
  .filter((_, i) => i % 6 === 0)
  .map(({ latitude, longitude }) => [radians(latitude), radians(longitude)])
  .map(([lat, lon]) => [Math.cos(lat) * Math.cos(lon), Math.cos(lat) * Math.sin(lon), Math.sin(lat)]);
const [train, test] = [points.filter((_, i) => i % 10 !== 0), points.filter((_, i) => i % 10 === 0)];

const manifold = sphere(2);
const quadrature = sphereQuadrature(manifold, 128);
const [seed, bumps, epochs, batchSize] = [0, 128, 400, 90];

/** North America and its islands. */
const inBox = ([x, y, z]: ArrayLike<number> & Iterable<number>): boolean => {
  const [lat, lon] = [(Math.asin(z) * 180) / Math.PI, (Math.atan2(y, x) * 180) / Math.PI];
  return lat > 15 && lat < 75 && (lon < -60 || lon > 140);
};

async function trained(starts: 'uniform' | 'data') {
  const network = bumpEnergy({ manifold, bumps, seed, ...(starts === 'data' && { points: train }) });
  const model = energyModel({ manifold, network, seed });
  model.compile({ optimizer: tf.train.adam(), loss: (epsilon: number) => mvlRld({ manifold, epsilon, noise: 'rademacher' }) });
  await model.fit(train, {
    epochs,
    batchSize,
    smoothing: (progress) => 0.3 * (0.02 / 0.3) ** Math.min(1, progress / 0.7),
    learningRate: (progress) => 0.03 * (0.05 + 0.95 * Math.cos((Math.PI / 2) * progress) ** 2),
    averaging: 0.995,
    verbose: 0,
  });
  const logZ = await logPartition(model.energy, quadrature);
  const energies = tf.tidy(() => model.energy(tf.tensor2d(quadrature.points, [quadrature.size, 3])).dataSync());
  let mass = 0;
  for (const [i, energy] of energies.entries()) {
    if (inBox(quadrature.points.subarray(3 * i, 3 * i + 3))) mass += Math.exp(quadrature.logWeights[i] - energy - logZ);
  }
  return { starts, massInBox: mass, testNll: await negativeLogLikelihood(model.energy, test, quadrature) };
}

const result = {
  command: 'npx tsx bench/bumpStarts.ts',
  what: 'bumps that begin at uniform points of the sphere and at data points: the mass within latitudes 15 to 75 and longitudes west of -60 or east of 140, and NLL in nats',
  seed,
  settings: { points: points.length, bumps, epochs, batchSize },
  versions: { node: process.version, 'tfjs-mvl': VERSION, tfjs: tf.version.tfjs, backend: tf.getBackend() },
  shareOfPointsInBox: points.filter(inBox).length / points.length,
  kdeNll: kernelDensity(train, { background: 0.01 }).negativeLogLikelihood(test),
  models: [await trained('uniform'), await trained('data')],
};
writeFileSync(new URL('results/bumpStarts.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
console.log(result);
