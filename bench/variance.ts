/**
 * How the loss's variance depends on ε, with and without its control variate: `npx tsx bench/variance.ts`.
 * Writes bench/results/variance.json, docs/images/variance.svg and the table of docs/variance.md. About a minute.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { gradientOf } from '../plugin/dynamics/gradientOf.ts';
import { drawNoise, gaussian, langevin, rademacher, type VelocityOptions, velocitySamples } from '../plugin/index.ts';
import { randomStream } from '../random/stream.ts';
import { type Curve, variancePlot } from './plots/variancePlot.ts';
import { tanhEnergy } from './tanhEnergy.ts';

const seed = 1;
const [dimension, width, samples, batch] = [8, 64, 8000, 2000];
const epsilons = [1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5];
const variants: Record<string, VelocityOptions> = {
  'no control variate': { controlVariate: false },
  'control variate': {},
  'control variate, Rademacher noise': { noise: 'rademacher' },
  'antithetic noise': { noise: 'antithetic' },
};

const energy = tanhEnergy(dimension, width, seed);
const batches = Array.from({ length: samples / batch }, (_, i) => {
  const draw = (spec: (typeof variants)[string]['noise'], key: number) =>
    drawNoise(spec === 'rademacher' ? rademacher() : gaussian(), [batch, dimension], randomStream(seed, 10 + i, key)) as tf.Tensor2D;
  return { x: draw('gaussian', 0), gaussian: draw('gaussian', 1), rademacher: draw('rademacher', 1) };
});

/** Standard deviation of −(E(x⁻) − E(x) − CV)/ε, one sample's estimate of Hyvärinen's J. */
function deviation(options: VelocityOptions, epsilon: number): number {
  return tf.tidy(() => {
    const terms = velocitySamples(langevin(), { ...options, epsilon });
    const all = batches.map((b) => terms(energy, b.x, options.noise === 'rademacher' ? b.rademacher : b.gaussian));
    return Math.sqrt(tf.moments(tf.div(tf.concat(all), 2)).variance.dataSync()[0]);
  });
}

/** √(2 E|∇E|²/ε), what is left to the martingale where nothing takes it off. */
const squaredGradient = tf.tidy(
  () => tf.mean(tf.concat(batches.map(({ x }) => tf.sum(tf.square(gradientOf(energy)(x)), 1)))).dataSync()[0],
);
const law = (epsilon: number) => Math.sqrt((2 * squaredGradient) / epsilon);

const curves: Curve[] = Object.entries(variants).map(([name, options]) => ({
  name,
  deviations: epsilons.map((e) => deviation(options, e)),
}));
const result = {
  command: 'npx tsx bench/variance.ts',
  what: 'standard deviation of one sample of L/2, by step size',
  setup: { dimension, network: `${dimension}-${width}-${width}-1 tanh, Glorot normal`, data: 'N(0, I)', samples, seed },
  versions: {
    node: process.version,
    tfjs: tf.version.tfjs,
    backend: tf.getBackend(),
  },
  epsilons,
  curves,
  law: { name: '√(2 E|∇E|²/ε)', deviations: epsilons.map(law) },
};

const format = (v: number) => v.toPrecision(3);
const rows = epsilons.map((e, i) => [e.toExponential(0), ...curves.map(({ deviations }) => format(deviations[i])), format(law(e))]);
const header = ['ε', ...curves.map(({ name }) => name), result.law.name];
const table = [header, header.map(() => '---:'), ...rows]
  .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
  .join('\n');

mkdirSync(new URL('results/', import.meta.url), { recursive: true });
writeFileSync(new URL('results/variance.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
writeFileSync(new URL('../docs/images/variance.svg', import.meta.url), variancePlot(epsilons, curves.slice(0, 3)));
const page = new URL('../docs/variance.md', import.meta.url);
const marked = /(<!-- table -->\n)[\s\S]*?(<!-- end -->)/;
writeFileSync(
  page,
  readFileSync(page, 'utf8').replace(marked, (_, start, end) => `${start}${table}\n${end}`),
);
console.log(table);
