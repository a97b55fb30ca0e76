import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import type { Energy } from '../../../plugin/energy/energy.ts';
import { exactScoreMatching } from '../../../plugin/losses/exactScoreMatching.ts';
import { mvlLd } from '../../../plugin/losses/mvlLd.ts';
import { mvlRld } from '../../../plugin/losses/mvlRld.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { hyperbolic } from '../../../plugin/manifolds/hyperbolic.ts';
import type { Manifold } from '../../../plugin/manifolds/manifold.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { torus } from '../../../plugin/manifolds/torus.ts';
import { minibatchRows, trainingData } from '../../../plugin/training/data.ts';
import type { StepInput } from '../../../plugin/training/executor.ts';
import { planOf } from '../../../plugin/training/plan.ts';
import { lossAt } from '../../../plugin/training/schedule.ts';
import { settingsOf } from '../../../plugin/training/settings.ts';
import { suggestStepSize } from '../../../plugin/training/stepSize.ts';
import { clipByGlobalNorm, trainStep, variablesOf } from '../../../plugin/training/trainStep.ts';
import { lossOn, validationLoss } from '../../../plugin/training/validation.ts';
import { trainingWeights } from '../../../plugin/training/weights.ts';
import { quadratic } from '../../support/tinyModel.ts';

const line = (n: number) => Array.from({ length: n }, (_, i) => [i]);
const column = (x: tf.Tensor2D) => Array.from(x.dataSync());

describe('trainingData', () => {
  it('splits off a share by a seeded permutation: nothing lost, nothing twice', () => {
    const split = (seed: number) => {
      const data = trainingData(euclidean(1), line(10), { validationSplit: 0.3, seed });
      const parts = [column(data.train), column(data.validation as tf.Tensor2D)];
      data.dispose();
      return parts;
    };
    const [train, validation] = split(1);
    expect([train.length, validation.length]).toEqual([7, 3]);
    expect([...train, ...validation].sort((a, b) => a - b)).toEqual(line(10).flat());
    expect(split(1)).toEqual([train, validation]);
    expect(split(2)).not.toEqual([train, validation]);
  });

  it('copies, so that the caller may dispose his tensors, and frees everything', () => {
    const x = tf.tensor2d(line(4));
    const before = tf.memory().numTensors;
    const data = trainingData(euclidean(1), x, { validationData: x, seed: 0 });
    expect([data.train.isDisposed, column(data.validation as tf.Tensor2D)]).toEqual([false, [0, 1, 2, 3]]);
    data.dispose();
    expect([x.isDisposed, tf.memory().numTensors]).toEqual([false, before]);
  });

  it.each([
    [tf.tensor2d([[0, Number.NaN]]), {}, /fit\(x\): row 0 .*not a finite number/],
    [line(3), { validationSplit: 0.01 }, /validationSplit = 0.01 of 3 points would leave 0/],
    [line(3), { validationSplit: 0.99 }, /would leave 3/],
    [line(3), { validationData: [] }, /fit\(\{ validationData \}\): .*no rows/],
  ])('refuses what cannot be trained on %#', (x, options, message) => {
    const before = tf.memory().numTensors;
    expect(() => trainingData(euclidean(), x, { ...options, seed: 0 })).toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('minibatches', () => {
  it('visits each point once an epoch, in another order each epoch, the same for the same seed', () => {
    const at = minibatchRows(10, 4, 3);
    const epoch = (e: number, rows = at) => [0, 1, 2].map((b) => Array.from(rows(3 * e + b)));
    const first = epoch(0);
    expect(first.map((batch) => batch.length)).toEqual([4, 4, 2]);
    expect(first.flat().sort((a, b) => a - b)).toEqual(line(10).flat());
    expect(epoch(1)).not.toEqual(first);
    // From the middle, as a resumed run asks for it.
    expect(Array.from(minibatchRows(10, 4, 3)(5))).toEqual(epoch(1)[2]);
    expect(epoch(0, minibatchRows(10, 4, 4))).not.toEqual(first);
  });
});

describe('the plan of a run', () => {
  const size = { points: 10, batchSize: 4, epochs: 2 };
  const flat = lossAt(undefined, euclidean(2));

  it('lets the smoothing fall geometrically, and ε = 0.02 σ² with it', () => {
    const plan = planOf({ smoothing: { from: 0.8, to: 0.2 } }, flat, size);
    expect([plan.stepsPerEpoch, plan.steps, plan.batchSize]).toEqual([3, 6, 4]);
    expect([0, 5].map(plan.sigma)).toEqual([0.8, expect.closeTo(0.2, 12)]);
    // Halfway in the logarithm: √(0.8 · 0.2) = 0.4 between steps 2 and 3.
    expect(Math.sqrt((plan.sigma(2) as number) * (plan.sigma(3) as number))).toBeCloseTo(0.4, 12);
    expect(plan.objective(5).epsilon).toBeCloseTo(0.02 * 0.04, 12);
  });

  it('has no longer steps than a manifold of finite volume has room for', () => {
    const stepAt = (manifold: Manifold) => (planOf({ smoothing: 3 }, lossAt(undefined, manifold), size).objective(0).epsilon ?? 0) / 0.02;
    expect(stepAt(euclidean(2))).toBeCloseTo(9, 12);
    expect(stepAt(hyperbolic(2))).toBeCloseTo(9, 12);
    for (const manifold of [torus(2), sphere(2)]) expect(stepAt(manifold)).toBeCloseTo(1, 12);
  });

  it('takes a number, a function, or nothing', () => {
    expect(planOf({ smoothing: 0.3 }, flat, size).sigma(3)).toBe(0.3);
    expect(planOf({ smoothing: (t) => 1 - t / 2 }, flat, size).sigma(5)).toBe(0.5);
    const plain = planOf({}, flat, { ...size, points: 3, epochs: 1 });
    expect([plain.sigma(0), plain.learningRate(0), plain.objective(0).epsilon, plain.batchSize, plain.steps]).toEqual([
      null,
      null,
      1e-3,
      3,
      1,
    ]);
    expect(() => planOf({ smoothing: (t) => 0.5 - t }, flat, size).sigma(5)).toThrow(/it is -0.5 at progress 1/);
  });

  it('counts the number of epochs as part of the run only where a schedule depends on it', () => {
    const epochsOf = (options: object) => planOf(options, flat, size).fingerprint().epochs;
    expect([{}, { smoothing: 0.1 }].map(epochsOf)).toEqual([null, null]);
    expect(
      [{ smoothing: { from: 1, to: 0.1 } }, { smoothing: (t: number) => 1 - t / 2 }, { learningRate: () => 0.1 }].map(epochsOf),
    ).toEqual([2, 2, 2]);
  });
});

describe('the loss of a run', () => {
  const S = sphere(2);

  it('is by default the one of the manifold', () => {
    expect([lossAt(undefined, S)(null).name, lossAt(undefined, euclidean(2))(null).name]).toEqual(['mvlRld', 'mvlLd']);
  });

  it('keeps its kind where ε follows the smoothing', () => {
    const antithetic = lossAt(mvlRld({ manifold: S, noise: 'rademacher' }), S)(0.1);
    expect([antithetic.epsilon, antithetic.noise?.distribution]).toEqual([expect.closeTo(2e-4, 12), 'rademacher']);
    expect(lossAt((epsilon: number) => mvlRld({ manifold: S, epsilon: epsilon / 2 }), S)(0.1).epsilon).toBeCloseTo(1e-4, 12);
  });

  it('keeps a fixed ε, unless the smoothing makes nonsense of it', () => {
    const at = lossAt(mvlRld({ manifold: S, epsilon: 1e-3 }), S);
    expect(at(0.1).epsilon).toBe(1e-3);
    expect(() => at(0.015)).toThrow(/mvlRld steps ε = 0.001 from points smoothed by σ = 0.015; from ε = 4 σ²/);
    expect(lossAt(exactScoreMatching(S), S)(1e-3).epsilon).toBeNull();
  });

  it('has to be on the manifold of the model', () => {
    expect(() => lossAt(mvlRld({ manifold: sphere(3) }), S)).toThrow(/loss mvlRld is on sphere:3, the model on sphere:2/);
    expect(() => lossAt(mvlLd(), S)).toThrow(/on euclidean, the model on sphere:2/);
    expect(() => lossAt((epsilon: number) => mvlLd({ epsilon }), S)).toThrow(/on euclidean/);
    expect(lossAt(mvlLd(), euclidean(3))(null).name).toBe('mvlLd');
  });
});

describe('settings', () => {
  it('have defaults', () => {
    expect(settingsOf({}, false)).toEqual({
      epochs: 10,
      batchSize: 128,
      clipNorm: null,
      weightDecay: null,
      averaging: null,
      metrics: [],
      keepBest: null,
      checkpoint: null,
    });
    const { checkpoint } = settingsOf({ checkpoint: 'a' }, false);
    expect([checkpoint?.store.name, checkpoint?.everySteps, checkpoint?.everyMilliseconds]).toEqual([
      'a',
      Number.POSITIVE_INFINITY,
      30_000,
    ]);
    const bySteps = settingsOf({ checkpoint: { path: 'a', everySteps: 5 } }, false).checkpoint;
    expect([bySteps?.everySteps, bySteps?.everyMilliseconds]).toEqual([5, Number.POSITIVE_INFINITY]);
  });

  it('choose what is best by the first metric, else by the validation loss', () => {
    const metric = (name: string) => ({ name, evaluate: () => 0 });
    expect(settingsOf({ keepBest: true, validation: [metric('nll'), metric('ksd')] }, true).keepBest).toBe('val_nll');
    expect(settingsOf({ keepBest: true }, true).keepBest).toBe('val_loss');
    expect(settingsOf({ keepBest: 'loss', validation: metric('nll') }, true).keepBest).toBe('loss');
  });

  it.each([
    [{ epochs: 0 }, /epochs must be a positive integer; got 0/],
    [{ batchSize: 1.5 }, /batchSize must be a positive integer; got 1.5/],
    [{ clipNorm: -1 }, /clipNorm must be positive; got -1/],
    [{ weightDecay: 0 }, /weightDecay must be positive; got 0/],
    [{ averaging: 1 }, /averaging must be in \(0, 1\); got 1/],
    [{ validationSplit: 1 }, /validationSplit must be in \[0, 1\); got 1/],
    [{ checkpoint: {} }, /checkpoint needs a path, or a store/],
    [{ checkpoint: { path: 'a', everySteps: 0 } }, /everySteps must be a positive integer/],
    [{ keepBest: true }, /keepBest = true, but the history will only have loss/],
    [{ keepBest: 'val_nll' }, /keepBest = "val_nll", but/],
    [{ validation: { name: 'loss', evaluate: () => 0 } }, /metric "loss" needs another name/],
  ])('refuse %j', (options, message) => {
    expect(() => settingsOf(options, false)).toThrow(message);
  });
});

describe('clipByGlobalNorm', () => {
  it('scales down to the limit and never up', () => {
    const gradients = { a: tf.tensor1d([3, 0]), b: tf.scalar(-4) };
    const clipped = (limit: number) => Object.values(clipByGlobalNorm(gradients, limit)).flatMap((g) => Array.from(g.dataSync()));
    expect(clipped(1)).toEqual([0.6, 0, -0.8].map((v) => expect.closeTo(v, 6)));
    expect(clipped(10)).toEqual([3, 0, -4]);
  });
});

describe('variablesOf', () => {
  it('finds just those that the loss of a plain function depends on', () => {
    tf.variable(tf.scalar(1));
    const { lambda, energy } = quadratic(2);
    const before = tf.memory().numTensors;
    expect(variablesOf(energy, mvlLd(), tf.zeros([5, 2]))).toEqual([lambda]);
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(() => variablesOf((x) => tf.sum(x, 1), mvlLd(), tf.zeros([5, 2]))).toThrow(/does not depend on any trainable tf.Variable/);
  });
});

describe('weight decay', () => {
  it('takes a share of the weights, apart from the gradient', () => {
    const x = tf.tensor2d([
      [1, 2],
      [0.5, -1],
    ]);
    const end = (weightDecay: number | null, rate: number) => {
      const { energy, variable } = { ...quadratic(3), variable: tf.variable(tf.scalar(3)) };
      const scaled = (y: tf.Tensor2D) => tf.mul(tf.div(variable, 3), energy(y)) as tf.Tensor1D;
      const step = { variables: [variable], optimizer: tf.train.sgd(rate), clipNorm: null, weightDecay };
      trainStep(step, () => exactScoreMatching(euclidean(2))(scaled, x)).dispose();
      return variable.dataSync()[0];
    };
    for (const rate of [0.01, 0.1]) expect(end(0.5, rate) - end(null, rate)).toBeCloseTo(-rate * 0.5 * 3, 5);
  });
});

describe('validationLoss', () => {
  // |grad E|² − 2ΔE of λ|x|²/2 in the plane: λ²|x|² − 4λ for each point.
  const points = Array.from({ length: 1500 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
  const objective = exactScoreMatching(euclidean(2));
  const squares = points.map(([a, b]) => a * a + b * b).reduce((sum, s) => sum + s, 0) / points.length;

  const none = { noise: null, levels: null };
  const lossOf = (energy: Energy, blur: number | null) => ({
    manifold: euclidean(2),
    energy,
    conditional: null,
    blur,
    objective: () => objective,
    adaptive: false,
  });

  it('is the mean over all points, in chunks of any size', async () => {
    const { energy } = quadratic(3);
    const x = tf.tensor2d(points);
    const before = tf.memory().numTensors;
    const loss = await validationLoss(lossOn(lossOf(energy, null), [], null), x, [], { ...none, seed: 0 });
    // float32 sums of a thousand numbers.
    expect(loss / (9 * squares - 12)).toBeCloseTo(1, 4);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('smooths by σ with noise that is always the same', async () => {
    const { energy } = quadratic(3);
    const inputs: StepInput[] = [{ name: 'blur', shape: ['batch', 2] }];
    const smoothed = lossOn(lossOf(energy, 1), inputs, 0.5);
    const at = (seed: number) => validationLoss(smoothed, tf.tensor2d(points), inputs, { ...none, seed });
    // E|x + σξ|² = |x|² + 2σ². The mean over 1500 draws has standard deviation at most 9·(σ²·2 + 2σ|x|)/√1500 ≈ 0.35.
    expect(Math.abs((await at(1)) - (9 * (squares + 0.5) - 12))).toBeLessThan(1.2);
    expect(await at(1)).toBe(await at(1));
    expect(await at(1)).not.toBe(await at(2));
  });
});

describe('trainingWeights', () => {
  it('averages with a decay that grows from 0.1 to its limit', () => {
    const w = tf.variable(tf.scalar(1));
    const weights = trainingWeights([w], [w], 0.25);
    let expected = 1;
    for (const [step, value] of [2, 5, 3, 8].entries()) {
      w.assign(tf.scalar(value));
      weights.average(weights.share(step) as number);
      const d = Math.min(0.25, (1 + step) / (10 + step));
      expected = d * expected + (1 - d) * value;
    }
    weights.finish();
    expect(w.dataSync()[0]).toBeCloseTo(expected, 5);
  });

  it('puts the average in place for a while, and the raw weights back, after an error too', async () => {
    const w = tf.variable(tf.scalar(1));
    const weights = trainingWeights([w], [w], 0.5);
    w.assign(tf.scalar(11));
    weights.average(weights.share(0) as number);
    const before = tf.memory().numTensors;
    expect(await weights.withAverage(async () => w.dataSync()[0])).toBe(10);
    await expect(weights.withAverage(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect([w.dataSync()[0], tf.memory().numTensors]).toEqual([11, before]);
  });

  it('ends with the best, survives a copy through blocks, and frees all', async () => {
    const before = tf.memory().numTensors;
    const w = tf.variable(tf.scalar(1));
    const weights = trainingWeights([w], [w], 0.5);
    weights.keep();
    w.assign(tf.scalar(2));
    weights.keep();
    w.assign(tf.scalar(3));
    const other = tf.variable(tf.scalar(0));
    const copy = trainingWeights([other], [other], 0.5);
    copy.restore(await weights.read());
    expect(other.dataSync()[0]).toBe(3);
    copy.finish();
    expect(other.dataSync()[0]).toBe(2);
    for (const part of [weights, copy]) part.dispose();
    tf.dispose([w, other]);
    // The five scalars that this test assigned or started from.
    expect(tf.memory().numTensors).toBe(before + 4);
  });
});

describe('suggestStepSize', () => {
  const energyOf = (lambda: number) => quadratic(lambda).energy;
  const ring = Array.from({ length: 600 }, (_, i) => [Math.cos(i), Math.sin(i)]);

  it('is a twentieth of 1/curvature, λ²E|x|²/d for λ|x|²/2', async () => {
    const x = tf.tensor2d(ring);
    const before = tf.memory().numTensors;
    expect(await suggestStepSize(energyOf(10), euclidean(2), x, null)).toBeCloseTo(0.05 / 50, 6);
    expect(tf.memory().numTensors).toBe(before + 1);
  });

  it('is bounded by the smoothing, and above', async () => {
    const x = tf.tensor2d(ring);
    expect(await suggestStepSize(energyOf(10), euclidean(), x, 5e-5)).toBeCloseTo(5e-5, 9);
    expect(await suggestStepSize(energyOf(0.1), euclidean(2), x, null)).toBe(0.05);
    await expect(suggestStepSize(energyOf(Number.NaN), euclidean(2), x, null)).rejects.toThrow(/score .* is NaN/);
  });
});
