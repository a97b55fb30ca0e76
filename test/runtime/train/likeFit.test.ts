import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { exportTrainStep } from '../../../exporters/exportTrainStep.ts';
import {
  type EnergyModel,
  energyModel,
  euclidean,
  type FitOptions,
  type Manifold,
  mlpEnergy,
  mvlLd,
  mvlRld,
  sphere,
} from '../../../plugin/index.ts';
import { minibatchRows } from '../../../plugin/training/data.ts';
import { STREAM } from '../../../plugin/training/streams.ts';
import { fillRandom } from '../../../random/fill.ts';
import { randomStream } from '../../../random/stream.ts';
import { loadTrainSession, type ParameterValues } from '../../../runtime/index.ts';
import { keepOnnx } from '../../support/onnxFiles.ts';
import { RUNTIMES } from '../../support/runtimes.ts';
import { cap } from '../../support/tinyModel.ts';

const [POINTS, BATCH, EPOCHS, SEED] = [40, 30, 10, 5];
const STEPS = 2 * EPOCHS;

/** Batches of 30 and 10 by turns. */
const rowsAt = minibatchRows(POINTS, BATCH, SEED);
const learningRate = (progress: number): number => 0.02 * (1 - 0.5 * progress);
const progressAt = (step: number): number => step / (STEPS - 1);

/** An ε of its own on the plane: the loss divides the round-off of energies by ε, which at the default of 1e-3 shows in the fourth digit of weights. */
const compiled = (manifold: Manifold): EnergyModel => {
  const model = energyModel({ manifold, network: mlpEnergy({ manifold, hidden: [8, 8], seed: 3 }), seed: 3 });
  const loss = manifold.name === 'euclidean:2' ? mvlLd({ epsilon: 0.05 }) : mvlRld({ manifold });
  model.compile({ optimizer: tf.train.adam(0.5), loss });
  return model;
};

const pointsOn = (manifold: Manifold): number[][] =>
  manifold.name === 'sphere:2' ? cap(POINTS) : cap(POINTS).map(([a, b, c]) => [2 * a, b + 0.3 * c]);

const layers = ({ network }: EnergyModel) => (network as tf.LayersModel).weights.map((weight) => weight.read() as tf.Variable);

/** What the session trains beside what fit does, in the order of the layers, whose names tfjs numbers anew. */
function largestDifference(trained: Readonly<Record<string, ParameterValues>>, fitted: EnergyModel): number {
  const values = Object.values(trained);
  const variables = layers(fitted);
  expect(values.map(({ shape }) => shape)).toEqual(variables.map(({ shape }) => shape));
  const differences = variables.map((variable, i) => {
    const expected = Array.from(variable.dataSync());
    const scale = Math.max(...expected.map(Math.abs));
    return Math.max(...expected.map((x, k) => Math.abs(x - values[i].values[k]))) / scale;
  });
  return Math.max(...differences);
}

/** Runs the steps that `fit` takes, with its noise, through a session. */
async function train(bytes: Uint8Array, { ort, provider }: (typeof RUNTIMES)[number], points: number[][], sigma: number | null) {
  const session = await loadTrainSession(ort, bytes, { executionProviders: [provider] });
  const m = points[0].length;
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const rows = Array.from(rowsAt(step));
    const drawn = (stream: number) => fillRandom(new Float32Array(rows.length * m), 'gaussian', randomStream(SEED, stream, step));
    const smoothed = sigma === null ? {} : { blur: drawn(STREAM.smoothing), sigma };
    const inputs = { x: rows.map((row) => points[row]), noise: drawn(STREAM.noise), ...smoothed };
    losses.push((await session.step(inputs, { learningRate: learningRate(progressAt(step)) })).loss);
  }
  return { session, losses };
}

const CASES: readonly (Pick<FitOptions, 'clipNorm' | 'averaging'> & { manifold: Manifold; sigma: number | null })[] = [
  { manifold: euclidean(2), sigma: null, clipNorm: 0.5 },
  { manifold: sphere(2), sigma: 0.3, averaging: 0.9 },
];

// Both sides compute in float32, in another order; Adam's first steps divide gradients by their own size, which keeps relative errors.
describe.each(CASES)('20 steps on $manifold.name, σ = $sigma', ({ manifold, sigma, ...options }) => {
  const points = pointsOn(manifold);
  const smoothing = sigma === null ? {} : { smoothing: sigma };

  it.each(RUNTIMES)('in $backend are those of fit', async (runtime) => {
    const [fitted, exported] = [compiled(manifold), compiled(manifold)];
    const { bytes } = await exportTrainStep(exported, { ...options, smoothing: sigma !== null });
    keepOnnx(`train-${manifold.name}-${runtime.provider}`, bytes);
    const { history } = await fitted.fit(points, { epochs: EPOCHS, batchSize: BATCH, seed: SEED, learningRate, ...smoothing, ...options });
    const { session, losses } = await train(bytes, runtime, points, sigma);

    const parameters = await session.parameters(options.averaging ? 'averaged' : 'trained');
    expect(largestDifference(parameters, fitted)).toBeLessThan(1e-4);
    // The mean over an epoch's points is what fit reports.
    const last = (BATCH * losses[STEPS - 2] + (POINTS - BATCH) * losses[STEPS - 1]) / POINTS;
    expect(Math.abs(last - history.loss[EPOCHS - 1])).toBeLessThan(1e-3 * Math.abs(last));
    // Not vacuous: twenty steps of that size are far.
    expect(largestDifference(parameters, exported)).toBeGreaterThan(0.05);
    expect(session.steps).toBe(STEPS);
    await session.dispose();
    for (const model of [fitted, exported]) model.dispose();
  });

  it('give tfjs the same energies, once loaded into the model', async () => {
    const [fitted, exported] = [compiled(manifold), compiled(manifold)];
    const { bytes } = await exportTrainStep(exported, { ...options, smoothing: sigma !== null });
    await fitted.fit(points, { epochs: EPOCHS, batchSize: BATCH, seed: SEED, learningRate, ...smoothing, ...options });
    const { session } = await train(bytes, RUNTIMES[0], points, sigma);
    const parameters = await session.parameters(options.averaging ? 'averaged' : 'trained');
    for (const variable of layers(exported)) {
      const { values, shape } = parameters[variable.name];
      variable.assign(tf.tensor(values, [...shape]));
    }
    const [mine, theirs] = [exported, fitted].map((model) => Array.from(model.energy(points).dataSync()));
    expect(Math.max(...mine.map((energy, i) => Math.abs(energy - theirs[i])))).toBeLessThan(1e-4);
    expect(Math.max(...theirs) - Math.min(...theirs)).toBeGreaterThan(0.1);
    await session.dispose();
  });
});
