import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { exportEnergyModel } from '../../exporters/exportEnergyModel.ts';
import { type EnergyModel, energyModel } from '../../plugin/energy/energyModel.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import type { Manifold } from '../../plugin/manifolds/manifold.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { type LoadedModel, loadModel } from '../../runtime/loadModel.ts';
import { RUNTIMES } from '../support/runtimes.ts';

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);

const cases = RUNTIMES.flatMap((runtime) => [sphere(2), euclidean(2)].map((manifold) => ({ ...runtime, manifold, name: manifold.name })));

/** The whole way from tfjs, whose own results are the reference. Sums of a few hundred float32 products differ by their order: 1e-5 relative. */
describe.each<(typeof cases)[number] & { manifold: Manifold }>(cases)(
  'an exported energy on $name in $backend',
  ({ ort, provider, manifold }) => {
    let ebm: EnergyModel;
    let model: LoadedModel;

    beforeAll(async () => {
      ebm = energyModel({ manifold, seed: 5 });
      model = await loadModel(ort, (await exportEnergyModel(ebm)).bytes, { executionProviders: [provider] });
    });
    afterAll(async () => {
      await model.dispose();
      ebm.dispose();
    });

    it('has the energies, scores and samples that tfjs computes', async () => {
      const reference = await ebm.sample({ n: 20, steps: 30, seed: 9, stepSize: 0.01 });
      const samples = await model.sample({ n: 20, steps: 30, seed: 9, stepSize: 0.01 });
      expect(largestDifference(samples, await reference.data())).toBeLessThan(1e-4);
      const [energy, score] = [ebm.energy(reference), ebm.score(reference)];
      const x = await reference.array();
      expect(largestDifference(await model.energy(x), await energy.data())).toBeLessThan(1e-4);
      expect(largestDifference(await model.score(x), await score.data())).toBeLessThan(1e-4);
      // Not vacuous: the chains moved, and the energy is not flat.
      expect(largestDifference(samples, await model.sample({ n: 20, steps: 0, seed: 9 }))).toBeGreaterThan(0.1);
      expect(Math.abs((await energy.data())[0] - (await energy.data())[1])).toBeGreaterThan(1e-3);
      tf.dispose([reference, energy, score]);
    });

    it('says what it is', () => {
      expect(model.card).toMatchObject({ manifold: manifold.name, dim: manifold.ambientDim, units: 'nats', opset: 21 });
      expect(model.card.sampler).toMatchObject({ name: ebm.dynamics.name, stepSize: ebm.stepSize });
    });
  },
);
