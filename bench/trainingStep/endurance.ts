import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { onnxruntimeExecutor } from '../../exporters/index.ts';
import { energyModel, euclidean, mlpEnergy, mvlLd } from '../../plugin/index.ts';
import { openEnergyRun } from '../../plugin/training/energyRun.ts';
import { paced } from '../../plugin/training/paced.ts';
import { lossAt } from '../../plugin/training/schedule.ts';
import { VERSIONS } from '../versions.ts';

/**
 * What `fit` with an executor costs in JavaScript, and whether its memory grows: `npx tsx bench/trainingStep/endurance.ts`. JavaScript's share is the time
 * outside `session.run`: rows, noise, feeds, results.
 */
const STEPS = 10_000;
const POINTS = 20_000;

/** Milliseconds in onnxruntime-node, and in drawing random numbers: noise, and the order of the rows. */
const counted = { running: 0, drawing: 0 };

function timing<A extends unknown[], R>(part: keyof typeof counted, work: (...given: A) => R): (...given: A) => R {
  return (...given) => {
    const start = performance.now();
    const result = work(...given);
    counted[part] += performance.now() - start;
    return result;
  };
}

/** onnxruntime-node with its time counted. */
const timed = {
  ...ort,
  InferenceSession: {
    create: async (bytes: Uint8Array, options?: object) => {
      const session = await ort.InferenceSession.create(bytes, options);
      const run = session.run.bind(session);
      return Object.assign(session, {
        run: async (...given: Parameters<typeof run>) => {
          const start = performance.now();
          const results = await run(...given);
          counted.running += performance.now() - start;
          return results;
        },
      });
    },
  },
};

const rss = (): number => Number(/VmRSS:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

async function measure(d: number, h: number, batchSize: number, noise: 'gaussian' | 'rademacher', steps: number) {
  const manifold = euclidean(d);
  const network = mlpEnergy({ manifold, hidden: [h, h], head: 'scalar', activation: 'tanh', seed: 1 });
  const model = energyModel({ manifold, network, seed: 1 });
  const x = tf.randomNormal([POINTS, d], 0, 1, 'float32', 1) as tf.Tensor2D;
  const optimizer = tf.train.rmsprop(1e-4);
  const executor = onnxruntimeExecutor(timed as unknown as typeof ort);
  const subject = {
    model,
    network,
    optimizer,
    host: network,
    energy: (y: tf.Tensor2D) => model.energy(y),
    conditional: null,
    lossAt: lossAt(mvlLd({ noise }), manifold),
  };
  const run = openEnergyRun(subject, x, { batchSize, executor, epochs: Math.ceil((2 * steps * batchSize) / POINTS) });
  const plain = run.program;
  const program = { ...plain, draw: timing('drawing', plain.draw), rows: timing('drawing', plain.rows) };
  const runner = await executor.start(program);
  const take = paced(runner, program, executor.turn);
  const go = async (from: number, count: number) => {
    for (let step = from; step < from + count; ) {
      const epochEnd = (Math.floor(step / run.plan.stepsPerEpoch) + 1) * run.plan.stepsPerEpoch;
      step += (await take(step, Math.min(epochEnd, from + count) - step)).loss.length;
    }
  };
  await go(0, 500);
  const before = rss();
  Object.assign(counted, { running: 0, drawing: 0 });
  const start = performance.now();
  await go(500, steps);
  const total = performance.now() - start;
  const result = {
    model: `${d}, ${h}, ${batchSize}`,
    noise,
    steps,
    msPerStep: round(total / steps, 3),
    microsecondsOfJavaScript: round((1000 * (total - counted.running)) / steps),
    ofThemRandomNumbers: round((1000 * counted.drawing) / steps),
    rssMiB: { before: round(before), after: round(rss()) },
  };
  await runner.dispose();
  await run.dispose();
  return result;
}

await tf.ready();
const results = [
  await measure(3, 100, 1000, 'gaussian', STEPS / 5),
  await measure(3, 100, 1000, 'rademacher', STEPS / 5),
  await measure(8, 256, 128, 'gaussian', STEPS),
  await measure(8, 256, 128, 'rademacher', STEPS / 5),
  await measure(784, 256, 128, 'gaussian', STEPS / 10),
];
console.table(results.map(({ rssMiB, ...rest }) => ({ ...rest, rssBefore: rssMiB.before, rssAfter: rssMiB.after })));
mkdirSync('bench/results', { recursive: true });
writeFileSync(
  'bench/results/endurance.json',
  `${JSON.stringify({ command: 'npx tsx bench/trainingStep/endurance.ts', versions: VERSIONS, results }, null, 2)}\n`,
);
