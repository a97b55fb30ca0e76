/**
 * Variance and cost of the losses over ε and the dimension: `npx tsx bench/losses.ts`.
 * Writes bench/results/losses.json, docs/images/losses.svg and a table of docs/variance.md. About three minutes.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import {
  contrastiveDivergence,
  denoisingScoreMatching,
  drawNoise,
  exactScoreMatching,
  gaussian,
  mvlLd,
  type Objective,
  slicedScoreMatching,
  ssmVr,
} from '../plugin/index.ts';
import { randomStream } from '../random/stream.ts';
import { fillTables, markdownTable } from './pageTables.ts';
import { lossesPlot } from './plots/lossesPlot.ts';
import { tanhEnergy } from './tanhEnergy.ts';

const seed = 1;
const [width, samples, timed, repeats] = [64, 2000, 32, 5];
const epsilons = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6];
const dimensions = [2, 8, 32, 128, 512, 1024];
/** A pass of exact score matching at d = 1024 takes tens of seconds. */
const once = 128;

/** Each by ε; one that has none is the same at every ε. Denoising blurs by σ = √(2ε), the size of the others' noise. */
const losses: Readonly<Record<string, { readonly steps: boolean; make(epsilon: number): Objective }>> = {
  'exact score matching': { steps: false, make: () => exactScoreMatching() },
  'sliced (SSM)': { steps: false, make: () => slicedScoreMatching() },
  'SSM-VR, MVL at ε = 0': { steps: false, make: () => ssmVr() },
  'MVL-LD': { steps: true, make: (epsilon) => mvlLd({ epsilon }) },
  'MVL-LD, Rademacher': { steps: true, make: (epsilon) => mvlLd({ epsilon, noise: 'rademacher' }) },
  'MVL-LD without CV': { steps: true, make: (epsilon) => mvlLd({ epsilon, controlVariate: false }) },
  'CD-1': { steps: true, make: (epsilon) => contrastiveDivergence({ epsilon }) },
  'CD-1 without CV': { steps: true, make: (epsilon) => contrastiveDivergence({ epsilon, controlVariate: false }) },
  DSM: { steps: true, make: (epsilon) => denoisingScoreMatching({ sigma: Math.sqrt(2 * epsilon) }) },
  'DSM without CV': { steps: true, make: (epsilon) => denoisingScoreMatching({ sigma: Math.sqrt(2 * epsilon), controlVariate: false }) },
};

const normal = (rows: number, columns: number, key: number) =>
  drawNoise(gaussian(), [rows, columns], randomStream(seed, key)) as tf.Tensor2D;

/** Standard deviation of one sample over points and noise. */
function deviation(loss: Objective, d: number): number {
  return tf.tidy(() => {
    const terms = (loss.terms as NonNullable<Objective['terms']>)(tanhEnergy(d, width, seed), normal(samples, d, 2));
    return Math.sqrt(tf.moments(terms).variance.dataSync()[0]);
  });
}

/** Median milliseconds of one evaluation of `fn` after a first one that warms up. */
function milliseconds(fn: () => tf.Tensor, count: number): number {
  const times = Array.from({ length: count + (count > 1 ? 1 : 0) }, () => {
    const start = performance.now();
    tf.tidy(() => void fn().dataSync());
    return performance.now() - start;
  }).slice(count > 1 ? 1 : 0);
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

/** Loss of a batch of 32, and for scale one evaluation of the energy with its gradient. */
function costs(d: number): Record<string, number> {
  const [energy, x] = [tanhEnergy(d, width, seed), normal(timed, d, 3)];
  const score = milliseconds(() => tf.grad((p) => tf.sum(energy(p as tf.Tensor2D)))(x), 20);
  const entries = Object.entries(losses).map(([name, { steps, make }]): [string, number] => {
    const count = name === 'exact score matching' && d > once ? 1 : repeats;
    const loss = make(steps ? 1e-3 : 0);
    return [name, milliseconds(() => loss(energy, x), count)];
  });
  return { 'energy gradient': score, ...Object.fromEntries(entries) };
}

const started = performance.now();
/** At d = 8 all ε; at ε = 1e-3 all d; the exact loss only where it is cheap. */
const deviations = Object.entries(losses).map(([name, { steps, make }]) => ({
  loss: name,
  byEpsilon: epsilons.map((epsilon) => deviation(make(epsilon), 8)),
  byDimension: dimensions.map((d) => (name === 'exact score matching' && d > 32 ? null : deviation(make(1e-3), d))),
  ...(steps ? {} : { note: 'has no ε' }),
}));
const cost = dimensions.map((d) => ({ d, milliseconds: costs(d) }));

const result = {
  command: 'npx tsx bench/losses.ts',
  what: 'standard deviation of one sample of L, and milliseconds of one evaluation of the loss',
  setup: {
    network: `d-${width}-${width}-1 tanh, Glorot normal`,
    data: 'N(0, I)',
    samples,
    batch: timed,
    seed,
    epsilonOfDimensions: 1e-3,
    dimensionOfEpsilons: 8,
  },
  versions: { node: process.version, tfjs: tf.version.tfjs, backend: tf.getBackend() },
  epsilons,
  dimensions,
  deviations,
  cost,
  seconds: Math.round((performance.now() - started) / 1000),
};

const short = (v: number) => (v >= 1e5 ? v.toExponential(1) : v >= 10 ? String(Number(v.toPrecision(2))) : v.toPrecision(2));
const units = (name: string, d: number) => {
  const { milliseconds: found } = cost[dimensions.indexOf(d)];
  return short(found[name] / found['energy gradient']);
};
const header = ['loss', ...epsilons.map((e) => `ε = ${e.toExponential(0)}`), ...dimensions.map((d) => `d = ${d}`)];
const table = markdownTable(
  header,
  deviations.map(({ loss, byEpsilon }) => [loss, ...byEpsilon.map(short), ...dimensions.map((d) => units(loss, d))]),
  'right',
);

mkdirSync(new URL('results/', import.meta.url), { recursive: true });
writeFileSync(new URL('results/losses.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
writeFileSync(new URL('../docs/images/losses.svg', import.meta.url), lossesPlot(result));
fillTables(new URL('../docs/variance.md', import.meta.url), { losses: table });
console.log(table, `\n${result.seconds} s`);
