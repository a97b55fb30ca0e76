import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { sample } from '../../../plugin/dynamics/chain.ts';
import { langevin } from '../../../plugin/dynamics/langevin.ts';
import { riemannianLangevin } from '../../../plugin/dynamics/riemannianLangevin.ts';
import type { Energy } from '../../../plugin/energy/energy.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { randomStream } from '../../../random/stream.ts';
import { numbers } from '../../support/arrays.ts';
import { meanResultant } from '../../support/vonMisesFisher.ts';
import '../../support/wasm.ts';

const normal = (rows: number, columns: number, seed: number) => drawNoise(gaussian(), [rows, columns], randomStream(seed)) as tf.Tensor2D;
const bowl: Energy = (x) => tf.mul(0.5, tf.sum(tf.square(x), 1));

describe('the law of a chain', () => {
  it('on a quadratic energy has the variance 1/(1 − dt/2) of its linear recursion', async () => {
    const [n, stepSize] = [10_000, 0.4];
    const end = await sample(langevin(), bowl, tf.zeros([n, 1]), { steps: 12, stepSize, seed: 1 });
    const { mean, variance } = tf.moments(end);
    const expected = 1 / (1 - stepSize / 2);
    expect(Math.abs(mean.dataSync()[0])).toBeLessThan(4 * Math.sqrt(expected / n));
    // Relative standard error √(2/n) = 1.4 %; the start is forgotten to (1 − dt)²⁴ = 5e-6.
    expect(Math.abs(variance.dataSync()[0] / expected - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  });

  it.each(['embedded', 'chart'] as const)('by %s on S² has the mean resultant of von Mises–Fisher, κ = 3', async (route) => {
    const [n, kappa] = [2000, 3];
    const energy: Energy = (x) => tf.mul(-kappa, tf.squeeze(tf.slice(x, [0, 0], [-1, 1]), [1]));
    const x0 = sphere(2).fromGaussian(normal(n, 3, 2));
    // Time 2.4 is over four relaxation times of the slowest mode; the discretisation's bias is O(dt), here below 0.01.
    const end = await sample(riemannianLangevin(sphere(2), { route }), energy, x0, { steps: 80, stepSize: 0.03, seed: 3 });
    const { mean, variance } = tf.moments(tf.slice(end, [0, 0], [-1, 1]));
    const error = Math.sqrt(variance.dataSync()[0] / n);
    expect(error).toBeGreaterThan(0.001);
    expect(Math.abs(mean.dataSync()[0] - meanResultant(2, kappa))).toBeLessThan(4 * error + 0.01);
  });
});

describe('sample', () => {
  const x0 = normal(6, 2, 4);
  const options = { steps: 5, stepSize: 0.1, seed: 7 };
  const run = async (change = {}) => numbers(await sample(langevin(), bowl, x0, { ...options, ...change }));

  it('is fixed by its seed, 0 where none is given', async () => {
    expect(await run()).toEqual(await run());
    expect(await run()).not.toEqual(await run({ seed: 8 }));
    const { seed: _, ...unseeded } = options;
    expect(numbers(await sample(langevin(), bowl, x0, unseeded))).toEqual(await run({ seed: 0 }));
  });

  it('draws step k from the stream (seed, k)', async () => {
    let x = x0;
    for (let k = 1; k <= 5; k++) x = langevin().step(bowl, x, 0.1, drawNoise(gaussian(), [6, 2], randomStream(7, k))).next;
    expect(await run()).toEqual(numbers(x));
  });

  it('returns the start after no steps, and leaves it alive', async () => {
    const end = await sample(langevin(), bowl, x0, { ...options, steps: 0 });
    expect(numbers(end)).toEqual(numbers(x0));
    end.dispose();
    expect(x0.isDisposed).toBe(false);
  });

  it('reports progress, and stops where that says false', async () => {
    const seen: string[] = [];
    await run({ onProgress: (step: number, steps: number) => seen.push(`${step}/${steps}`) });
    expect(seen).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5']);
    expect(await run({ onProgress: (step: number) => step < 2 })).toEqual(await run({ steps: 2 }));
  });

  it('gives the event loop its turns, so that an abort arrives', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')), 10);
    const before = tf.memory().numTensors;
    const promise = sample(langevin(), bowl, x0, { ...options, steps: 1e6, signal: controller.signal });
    await expect(promise).rejects.toThrow('enough');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says where it diverged', async () => {
    const steep: Energy = (x) => tf.sum(tf.square(tf.square(x)), 1);
    const before = tf.memory().numTensors;
    await expect(sample(langevin(), steep, x0, { ...options, steps: 40, stepSize: 5 })).rejects.toThrow(
      /the chain of row \d diverged within 40 steps of size 5\. Use a smaller stepSize/,
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('runs deterministic dynamics, and leaves no tensors but its result', async () => {
    const before = tf.memory().numTensors;
    const shrink = {
      ...langevin(),
      noise: null,
      step: (_: Energy, x: tf.Tensor2D) => ({ next: tf.mul(x, 0.5) as tf.Tensor2D, martingale: null }),
    };
    const end = await sample(shrink, bowl, x0, { ...options, steps: 2 });
    expect(numbers(end)).toEqual(numbers(x0).map((v) => v / 4));
    end.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses options out of range and starts off the manifold', async () => {
    for (const steps of [-1, 1.5]) await expect(run({ steps })).rejects.toThrow(/steps must be a whole number of at least 0/);
    for (const stepSize of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      await expect(run({ stepSize })).rejects.toThrow(/stepSize must be positive/);
    await expect(sample(riemannianLangevin(sphere(1)), bowl, x0, options)).rejects.toThrow(/^sample\(x0\): row 0, .* away from sphere:1/);
  });
});
