import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { compile } from '../../exporters/index.ts';
import { klDivergence } from '../../metrics/klDivergence.ts';
import { logPartition } from '../../metrics/logPartition.ts';
import { likelihoodMetric, negativeLogLikelihood } from '../../metrics/negativeLogLikelihood.ts';
import { sphereQuadrature } from '../../metrics/sphereQuadrature.ts';
import { torusQuadrature } from '../../metrics/torusQuadrature.ts';
import { type EnergyModel, energyModel } from '../../plugin/energy/energyModel.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { torus } from '../../plugin/manifolds/torus.ts';
import { constant, mixture, vonMisesFisher } from './energies.ts';
import { golden } from './golden.ts';

const globe = sphereQuadrature(sphere(2));
const circle = sphereQuadrature(sphere(1));
const north = [0, 0, 1];
/** What float32 energies of order κ leave in a logarithm: 6e-8 κ, and at least a few last digits. */
const float32 = (kappa: number) => Math.max(2e-6, 2e-7 * kappa);

/** I_m(κ) by its power series, in double precision. */
function bessel(m: number, kappa: number): number {
  let term = 1;
  for (let k = 1; k <= m; k++) term *= kappa / 2 / k;
  let sum = term;
  for (let k = 1; k < 200; k++) {
    term *= (kappa / 2) ** 2 / (k * (k + m));
    sum += term;
  }
  return sum;
}
const logBessel0 = (kappa: number): number => Math.log(bessel(0, kappa));

describe('logPartition', () => {
  it('of the uniform density is the volume, 4π and 2π', async () => {
    expect(await logPartition(constant(0), globe)).toBeCloseTo(2.5310242, 7);
    expect(await logPartition(constant(3), circle)).toBeCloseTo(Math.log(2 * Math.PI) - 3, 12);
  });

  it.each([0.5, 5, 60, 1500])('of vMF(κ = %d) on S² is log(4π sinh κ / κ)', async (kappa) => {
    const expected = kappa + Math.log((2 * Math.PI * (1 - Math.exp(-2 * kappa))) / kappa);
    for (const mean of [north, [0.48, -0.6, 0.64]])
      expect(Math.abs((await logPartition(vonMisesFisher(mean, kappa), globe)) - expected)).toBeLessThan(float32(kappa));
  });

  it.each([0.5, 5, 60])('of vMF(κ = %d) on S¹ is log(2π I₀(κ))', async (kappa) => {
    const expected = Math.log(2 * Math.PI) + logBessel0(kappa);
    expect(Math.abs((await logPartition(vonMisesFisher([0.6, -0.8], kappa), circle)) - expected)).toBeLessThan(float32(kappa));
  });

  it.each([
    [2, 3, 1],
    [8, 1, -4],
  ])('of the bivariate von Mises law on T² (sine model, κ = %d and %d, λ = %d) is its series', async (first, second, lambda) => {
    // 4π² Σₘ C(2m, m) (λ²/4κ₁κ₂)ᵐ Iₘ(κ₁) Iₘ(κ₂). Singh, Hnizdo & Demchuk 2002, equation 2.2.
    let [sum, factor] = [0, 1];
    for (let m = 0; m < 60; m++) {
      sum += factor * bessel(m, first) * bessel(m, second);
      factor *= (((2 * m + 1) * (2 * m + 2)) / (m + 1) ** 2) * (lambda ** 2 / (4 * first * second));
    }
    const energy = (x: tf.Tensor2D): tf.Tensor1D => {
      const [c1, s1, c2, s2] = tf.split(x, 4, 1);
      return tf.squeeze(tf.neg(tf.addN([tf.mul(first, c1), tf.mul(second, c2), tf.mul(lambda, tf.mul(s1, s2))])), [1]);
    };
    const value = await logPartition(energy, torusQuadrature(torus(2)));
    expect(Math.abs(value - Math.log(4 * Math.PI ** 2 * sum))).toBeLessThan(float32(first + second));
  });

  it('refines until it has converged, and says so where it may not', async () => {
    const coarse = sphereQuadrature(sphere(2), 4);
    const expected = 800 + Math.log((2 * Math.PI) / 800);
    expect(await logPartition(vonMisesFisher(north, 800), coarse, { tolerance: 1e-4 })).toBeCloseTo(expected, 3);
    await expect(logPartition(vonMisesFisher(north, 800), coarse, { maxNodes: 500 })).rejects.toThrow(
      /too sharp for \d+ nodes on sphere:2 .*Raise maxNodes or tolerance, or smooth/,
    );
  });

  it('allows a density that vanishes somewhere', async () => {
    // +∞ on the southern half: 1/(x₃ > 0) − 1.
    const half = (x: tf.Tensor2D) => {
      const inside = tf.step(tf.slice(x, [0, 2], [-1, 1]));
      return tf.squeeze(tf.sub(tf.div(1, inside), 1), [1]) as tf.Tensor1D;
    };
    expect(await logPartition(half, globe, { tolerance: 0.05 })).toBeCloseTo(Math.log(2 * Math.PI), 1);
  });

  it('refuses energies that are not numbers, and wrong shapes', async () => {
    await expect(logPartition(constant(Number.NaN), globe)).rejects.toThrow(/logPartition: the energy is NaN at \(/);
    await expect(logPartition(constant(Number.NEGATIVE_INFINITY), globe)).rejects.toThrow('-Infinity');
    await expect(logPartition(constant(Number.POSITIVE_INFINITY), globe)).rejects.toThrow('there is no density');
    await expect(logPartition((x) => x as unknown as tf.Tensor1D, globe)).rejects.toThrow(/gave shape \[\d+, 3\]; expected/);
    await expect(logPartition(constant(0), globe, { tolerance: 0 })).rejects.toThrow(RangeError);
  });

  it('takes an energy that onnxruntime computes, and leaves no tensor of it behind', async () => {
    const energy = await compile(vonMisesFisher(north, 5), { ort });
    const logZ = 5 + Math.log((2 * Math.PI * (1 - Math.exp(-10))) / 5);
    await energy(tf.zeros([1, 3])).then(tf.dispose);
    const before = tf.memory().numTensors;
    expect(Math.abs((await logPartition({ of: energy }, globe)) - logZ)).toBeLessThan(float32(5));
    expect(await negativeLogLikelihood({ of: energy }, [north], globe)).toBeCloseTo(logZ - 5, 5);
    expect(await klDivergence(vonMisesFisher(north, 5), { of: energy }, globe)).toBeCloseTo(0, 5);
    expect(tf.memory().numTensors).toBe(before);
    await energy.dispose();
  });

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    await logPartition(vonMisesFisher(north, 30), globe);
    await negativeLogLikelihood(vonMisesFisher(north, 30), [north], globe);
    await klDivergence(constant(0), vonMisesFisher(north, 3), globe);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('negativeLogLikelihood', () => {
  it('of any points under the uniform density is log 4π', async () => {
    expect(await negativeLogLikelihood(constant(7), [north, [0.6, 0, -0.8]], globe)).toBeCloseTo(Math.log(4 * Math.PI), 6);
  });

  it('does not see a constant in the energy, and takes tensors', async () => {
    const x = tf.tensor2d([north, [0.6, 0, -0.8]]);
    const parts = [
      { weight: 0.8, mean: north, kappa: 50 },
      { weight: 0.2, mean: [0.6, 0, -0.8], kappa: 5 },
    ];
    const plain = mixture(parts);
    const expected = Array.from(await plain(x).data()).reduce((sum, value) => sum + value / 2, 0);
    expect(await negativeLogLikelihood(plain, x, globe)).toBeCloseTo(expected, 5);
    expect(await negativeLogLikelihood((y) => tf.add(plain(y), 4), x, globe)).toBeCloseTo(expected, 5);
    x.dispose();
  });

  it('refuses an energy with a spike at a point that both resolutions miss', async () => {
    const point = [0.6, 0, -0.8];
    // On top of the uniform density, a bump too narrow for any rule here, with ninety-nine per cent of the mass.
    const spike = mixture([
      { weight: 0.01, mean: north, kappa: 1e-3 },
      { weight: 0.99, mean: point, kappa: 1e7 },
    ]);
    expect(await logPartition(spike, globe)).toBeCloseTo(Math.log(0.01), 2);
    await expect(negativeLogLikelihood(spike, [point], globe, { maxNodes: 20_000 })).rejects.toThrow(
      'a point sits on a spike between the nodes',
    );
  });

  it('refuses points off the sphere and too many columns', async () => {
    await expect(negativeLogLikelihood(constant(0), [[0, 0, 2]], globe)).rejects.toThrow('negativeLogLikelihood(x)');
    await expect(negativeLogLikelihood(constant(0), [[0, 1]], globe)).rejects.toThrow('negativeLogLikelihood(x)');
  });

  it('is a measure of progress for fit', async () => {
    const model = energyModel({ manifold: sphere(2), network: vonMisesFisher(north, 3) }) as EnergyModel;
    const metric = likelihoodMetric(globe, { everyEpochs: 4 });
    const x = tf.tensor2d([north]);
    expect(metric).toMatchObject({ name: 'nll', everyEpochs: 4 });
    expect(await metric.evaluate(model, x)).toBeCloseTo(Math.log((2 * Math.PI * (1 - Math.exp(-6))) / 3), 5);
    await expect((async () => metric.evaluate(model, null))()).rejects.toThrow('give fit validationData or validationSplit');
    x.dispose();
  });
});

describe('klDivergence', () => {
  it('of vMF laws is κ₁A(κ₁) − κ₂A(κ₁)⟨μ₁, μ₂⟩ + log Z₂ − log Z₁', async () => {
    const [k1, k2, cosine] = [9, 4, 0.8];
    const logZ = (k: number) => k + Math.log((2 * Math.PI * (1 - Math.exp(-2 * k))) / k);
    const resultant = 1 / Math.tanh(k1) - 1 / k1;
    const expected = resultant * (k1 - k2 * cosine) + logZ(k2) - logZ(k1);
    expect(await klDivergence(vonMisesFisher(north, k1), vonMisesFisher([0.6, 0, 0.8], k2), globe)).toBeCloseTo(expected, 5);
  });

  it('of a mixture against an energy that is no mixture is what adaptive integration gives', async () => {
    const p = mixture([
      { weight: 0.7, mean: [0, 0.6, 0.8], kappa: 12 },
      { weight: 0.3, mean: [-1, 0, 0], kappa: 4 },
    ]);
    const q = (x: tf.Tensor2D) =>
      tf.tidy(() => {
        const [a, b, c] = tf.unstack(x, 1);
        return tf.neg(tf.addN([tf.mul(0.5, a), b, tf.mul(-0.3, c), tf.mul(2, tf.mul(a, b))])) as tf.Tensor1D;
      });
    expect(await logPartition(q, globe)).toBeCloseTo(golden.divergence.logPartition, 5);
    expect(await klDivergence(p, q, globe)).toBeCloseTo(golden.divergence.value, 5);
  });

  it('is zero for equal densities, and infinite, which is an error, where q vanishes', async () => {
    const p = vonMisesFisher([1, 0], 2);
    expect(Math.abs(await klDivergence(p, (x) => tf.add(p(x), 5), circle))).toBeLessThan(1e-6);
    const half = (x: tf.Tensor2D) => tf.squeeze(tf.sub(tf.div(1, tf.step(tf.slice(x, [0, 1], [-1, 1]))), 1), [1]) as tf.Tensor1D;
    await expect(klDivergence(p, half, circle, { maxNodes: 2000 })).rejects.toThrow('klDivergence');
    expect(await klDivergence(half, p, circle, { tolerance: 0.1 })).toBeGreaterThan(0.1);
  });
});
