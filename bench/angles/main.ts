/**
 * Torsion angles of proteins on T² and directions of the wind on S¹, learnt by MVL beside kernel densities: `bash bench/angles/setup.sh`, then
 * `npx tsx bench/angles/main.ts`, `--only torsion|wind|kernels` for a part of it, which leaves the picture. The results go to bench/results/angles.json, tables to docs/angles.md, and what was learnt to docs/images/angles.png.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { circlePoints } from '../../examples/angles/circlePoints.ts';
import type { AngleOptions } from '../../examples/angles/fit.ts';
import { windDirections } from '../../examples/angles/wind.ts';
import { type Energy, kernelDensity, negativeLogLikelihood, randomStream, torus, torusQuadrature, VERSION } from '../../plugin/index.ts';
import { type Drawn, drawAngles } from './draw.ts';
import { type Measured, measure } from './measure.ts';
import { tableDensity } from './tableDensity.ts';
import { type AngleResults, writeTables } from './tables.ts';
import { RESIDUES, type Residue, torsionDensity } from './torsion.ts';
import { fitKernels } from './windKernels.ts';

const TORSION: AngleOptions = {
  steps: 20_000,
  batchSize: 1024,
  learningRate: 0.005,
  smoothing: { from: 0.5, to: 0.03 },
  uniformShare: 0.02,
  hidden: [64, 64],
  seed: 1,
};
const WIND: AngleOptions = { ...TORSION, learningRate: 0.01, smoothing: { from: 0.1, to: 0.025 } };
/** Points drawn from a density that is known, and others to measure on. */
const [DRAWN, HELD_OUT] = [30_000, 30_000];
const SPLITS = 10;

tf.enableProdMode();
await tf.setBackend('wasm');

const say = (name: string, { learnt, kernels, divergence, seconds }: Measured) =>
  console.log(
    `${name}: held out ${learnt.toFixed(4)} nats, kernels ${kernels.toFixed(4)}` +
      `${divergence === null ? '' : `, KL ${divergence.toFixed(4)}`} (${seconds.fit.toFixed(0)} s, ${seconds.kernels.toFixed(0)} s)`,
  );
const { values: flags } = parseArgs({ options: { only: { type: 'string' } } });
const wanted = (part: 'torsion' | 'wind' | 'kernels'): boolean => flags.only === undefined || flags.only === part;
const FILE = new URL('../results/angles.json', import.meta.url);
const before: AngleResults = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : { results: {}, windSplits: [], windKernels: [] };
const results: Record<string, Measured> = { ...before.results };
const drawn: Drawn[] = [];

if (wanted('torsion'))
  for (const residue of Object.keys(RESIDUES) as Residue[]) {
    const density = torsionDensity(residue);
    const [train, test] = [density.draw(DRAWN, randomStream(1, 1)), density.draw(HELD_OUT, randomStream(1, 2))];
    const { energy, ...result } = await measure(torus(2), { train, test }, TORSION, density.energy);
    results[residue] = result;
    drawn.push({ residue, truth: density.energy, learnt: energy });
    say(residue, result);
  }

const manifold = torus(1);
const seeds = Array.from({ length: SPLITS }, (_, seed) => seed);
let windSplits = before.windSplits;
let windEnergy: Energy | null = null;
if (wanted('wind')) {
  // No density of the wind is known. Kernels over all of the directions make one that is like it.
  const { train, test } = windDirections(0);
  const bins = 360;
  const nodes = circlePoints(Array.from({ length: bins }, (_, i) => [(2 * Math.PI * i) / bins]));
  const values = kernelDensity(circlePoints([...train, ...test]), { manifold })
    .logDensity(nodes)
    .map(Math.exp);
  const likeWind = tableDensity({ values, bins, first: 0, dimensions: 1 });
  const again = { train: likeWind.draw(DRAWN, randomStream(1, 3)), test: likeWind.draw(HELD_OUT, randomStream(1, 4)) };
  const { energy: _, ...ofWind } = await measure(manifold, again, WIND, likeWind.energy);
  results['wind, drawn from kernels'] = ofWind;
  say('wind, drawn from kernels', ofWind);

  const splits: Measured[] = [];
  for (const seed of seeds) {
    const { energy, ...result } = await measure(manifold, windDirections(seed), { ...WIND, seed }, null);
    windEnergy ??= energy;
    splits.push(result);
    say(`wind, split ${seed}`, result);
  }
  windSplits = splits;
}

let windKernels = before.windKernels;
if (wanted('kernels')) {
  const learnt: number[] = [];
  for (const seed of seeds) {
    const { train, test } = windDirections(seed);
    learnt.push(
      await negativeLogLikelihood(await fitKernels(train, seed), circlePoints(test), torusQuadrature(manifold), { tolerance: 1e-4 }),
    );
    console.log(`wind, split ${seed}: kernels with learnt widths ${learnt[seed].toFixed(4)}`);
  }
  windKernels = learnt;
}

const record = {
  command: 'npx tsx bench/angles/main.ts',
  what: 'densities of angles by MVL-RLD with a uniform share that is taken off again, and by von Mises kernels of cross-validated width; windKernels: kernels whose widths MVL learns, on the splits of windSplits, in their order; nats',
  settings: { torsion: TORSION, wind: WIND },
  versions: { node: process.version, 'tfjs-mvl': VERSION, tfjs: tf.version.tfjs, pyrama: '2.0.2' },
  results,
  windSplits,
  windKernels,
};
writeFileSync(FILE, `${JSON.stringify(record, null, 2)}\n`);
writeTables(record);
if (windEnergy !== null && drawn.length > 0) {
  const directions = windDirections(0).train.map(([angle]) => angle);
  await drawAngles(drawn, { train: directions, learnt: windEnergy });
}
