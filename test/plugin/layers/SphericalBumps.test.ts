import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { bumpEnergy } from '../../../models/index.ts';
import { energyModel, loadEnergyModel } from '../../../plugin/energy/energyModel.ts';
import { networkEnergy } from '../../../plugin/energy/networkEnergy.ts';
import { SphericalBumps } from '../../../plugin/layers/SphericalBumps.ts';
import { scoreOf } from '../../../plugin/losses/scoreOf.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { partials } from '../../support/differences.ts';

const manifold = sphere(2);
const points = [
  [0.6, -0.8, 0],
  [0, 0, 1],
  [-0.48, 0.6, 0.64],
];

/** Weights as training leaves them: centres that are not unit vectors, precisions of several scales. */
const trained = () => {
  const network = bumpEnergy({ manifold, bumps: 3 });
  const weights = {
    centres: [
      [1.2, 0, -0.5],
      [-1.6, 0.1, 0.6],
      [0.01, 0.5, 0.6],
    ],
    logPrecision: [2, 9, 4],
    logMass: [-1, -3, 0.5],
    logBackground: -4,
  };
  network.setWeights([
    tf.tensor2d(weights.centres),
    tf.tensor2d([weights.logPrecision]),
    tf.tensor2d([weights.logMass]),
    tf.tensor2d([[weights.logBackground]]),
  ]);
  /** −log(w₀/4π + Σ wₖ κₖ/2π exp(κₖ(⟨μₖ, x⟩ − 1))) at the point x/|x|, in double precision. */
  const byHand = (free: readonly number[]): number => {
    const x = free.map((v) => v / Math.hypot(...free));
    const density = weights.logPrecision.reduce(
      (sum, logKappa, k) => {
        const centre = weights.centres.map((row) => row[k]);
        const cosine = centre.reduce((dot, c, i) => dot + c * x[i], 0) / Math.hypot(...centre);
        const kappa = Math.exp(logKappa);
        return sum + ((Math.exp(weights.logMass[k]) * kappa) / (2 * Math.PI)) * Math.exp(kappa * (cosine - 1));
      },
      Math.exp(weights.logBackground) / (4 * Math.PI),
    );
    return -Math.log(density);
  };
  return { network, byHand };
};

const energiesOf = (network: tf.LayersModel, x = points) => tf.tidy(() => networkEnergy(network, manifold)(tf.tensor2d(x)).arraySync());

describe('SphericalBumps', () => {
  it('is the energy of a mixture of von Mises–Fisher bumps over a uniform background', () => {
    const { network, byHand } = trained();
    // float32, and precisions up to e⁹ = 8,100 on points that are themselves rounded to 6e-8.
    for (const [i, energy] of energiesOf(network).entries()) expect(energy).toBeCloseTo(byHand(points[i]), 4);
  });

  it('keeps its digits next to the centre of a narrow bump', () => {
    const { network, byHand } = trained();
    const centre = Array.from(Float32Array.of(0, 0.1, 0.5).map((v) => v / Math.hypot(0.1, 0.5)));
    const near = Array.from(Float32Array.from([0.004, ...centre.slice(1)].map((v) => v / Math.hypot(0.004, ...centre.slice(1)))));
    // ⟨μ, x⟩ − 1 in float32 would be off by 6e-8 · 8,100 = 5e-4.
    for (const x of [centre, near]) expect(Math.abs(energiesOf(network, [x])[0] - byHand(x))).toBeLessThan(5e-5);
  });

  it('has the score of central differences', () => {
    const { network, byHand } = trained();
    const scores = tf.tidy(() => scoreOf(networkEnergy(network, manifold), manifold)(tf.tensor2d(points)).arraySync());
    for (const [i, score] of scores.entries()) {
      // byHand is constant along x, so its ambient gradient is tangent.
      const expected = partials(byHand, points[i]).map((v) => -v);
      const scale = Math.hypot(...expected);
      for (const [k, value] of score.entries()) expect(Math.abs(value - expected[k])).toBeLessThan(1e-4 * Math.max(1, scale));
    }
  });

  it('begins with bumps of one width at points of the sphere that the seed alone decides', () => {
    const begin = (seed: number) => bumpEnergy({ manifold, bumps: 40, width: 0.5, background: 0.2, seed }).getWeights();
    const [centres, logPrecision, logMass, logBackground] = begin(3).map((w) => w.arraySync() as number[][]);
    for (const k of [0, 17, 39]) expect(Math.hypot(...centres.map((row) => row[k]))).toBeCloseTo(1, 6);
    expect([logPrecision[0][7], logMass[0][7], logBackground[0][0]]).toEqual(
      [Math.log(4), Math.log(0.8 / 40), Math.log(0.2)].map((v) => expect.closeTo(v, 6)),
    );
    expect(begin(3)[0].arraySync()).toEqual(centres);
    expect(begin(4)[0].arraySync()).not.toEqual(centres);
  });

  it('begins at points of the data, none twice, where it is given some', () => {
    const points = Array.from({ length: 9 }, (_, i) => [Math.cos(i), 0, Math.sin(i)]);
    const centresOf = (bumps: number) => {
      const model = bumpEnergy({ manifold: sphere(2), bumps, points, seed: 5 });
      const [m, k] = model.layers[1].getWeights()[0].shape as [number, number];
      const values = model.layers[1].getWeights()[0].dataSync();
      model.dispose();
      return Array.from({ length: k }, (_, j) => Array.from({ length: m }, (_, i) => values[i * k + j]));
    };
    const indices = centresOf(5).map(([x, y, z]) => points.findIndex(([a, b, c]) => Math.hypot(x - a, y - b, z - c) < 1e-6));
    expect(indices).not.toContain(-1);
    expect(new Set(indices).size).toBe(5);
    expect(centresOf(12)).toHaveLength(12);
    expect(() => bumpEnergy({ manifold: sphere(2), points: [[2, 0, 0]] })).toThrow(/bumpEnergy\(points\)/);
  });

  it('comes back from a saved model', async () => {
    const model = energyModel({ manifold, network: trained().network });
    let saved: tf.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      }),
    );
    const loaded = await loadEnergyModel(tf.io.fromMemory(saved as tf.io.ModelArtifacts));
    expect(loaded.energy(points).arraySync()).toEqual(model.energy(points).arraySync());
  });

  it('leaves no tensor behind', () => {
    const { network } = trained();
    energiesOf(network);
    const before = tf.memory().numTensors;
    energiesOf(network);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([{ bumps: 0 }, { bumps: 1.5 }, { width: 0 }, { background: 0 }, { background: 1 }])('refuses %j', (more) => {
    expect(() => new SphericalBumps({ bumps: 3, width: 0.3, background: 0.1, ...more })).toThrow(
      /SphericalBumps: expected a positive integer/,
    );
  });

  it('takes a name, and its energy is for spheres only', () => {
    expect(new SphericalBumps({ bumps: 3, width: 0.3, background: 0.1, name: 'quakes' }).name).toBe('quakes');
    expect(() => bumpEnergy({ manifold: euclidean(2) })).toThrow('bumps are made for spheres, not for euclidean:2; use mlpEnergy');
    expect(() => bumpEnergy({ manifold: euclidean() })).toThrow('bumpEnergy');
  });
});
