import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { langevin } from '../../../plugin/dynamics/langevin.ts';
import { conditionalEnergy } from '../../../plugin/energy/conditionalEnergy.ts';
import { type EnergyModelOptions, energyModel } from '../../../plugin/energy/energyModel.ts';
import { drawLevels, levelAt } from '../../../plugin/energy/noiseLevels.ts';
import { GatedFourierFeatures } from '../../../plugin/layers/GatedFourierFeatures.ts';
import { contrastiveDivergence } from '../../../plugin/losses/contrastiveDivergence.ts';
import { minimumVelocity } from '../../../plugin/losses/minimumVelocity.ts';
import { mvlLd } from '../../../plugin/losses/mvlLd.ts';
import { mvlRld } from '../../../plugin/losses/mvlRld.ts';
import type { Objective } from '../../../plugin/losses/objective.ts';
import { ssmVr } from '../../../plugin/losses/ssmVr.ts';
import { svgdKsd } from '../../../plugin/losses/svgdKsd.ts';
import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { fromAngles, torus } from '../../../plugin/manifolds/torus.ts';
import { drawNoise } from '../../../plugin/noise/drawNoise.ts';
import { gaussian } from '../../../plugin/noise/gaussian.ts';
import { rbf } from '../../../plugin/stein/rbf.ts';
import { batchLoss } from '../../../plugin/training/batchLoss.ts';
import { randomStream } from '../../../random/stream.ts';

const noiseLevels = { from: 2, to: 0.1 };
const line = euclidean(1);

/** E(x, σ) = ½x²/(a + σ²): exact where the data are N(0, a). */
const bowl = (a: tf.Tensor | number) => (x: tf.Tensor2D, sigma: tf.Tensor2D) =>
  tf.squeeze(tf.div(tf.mul(0.5, tf.square(x)), tf.add(a, tf.square(sigma))), [1]) as tf.Tensor1D;

describe('noise levels', () => {
  it('are uniform in log σ, spread over each batch', () => {
    const drawn = drawLevels(noiseLevels, randomStream(1), new Float32Array(1000));
    const places = Array.from(drawn, (sigma, i) => (1000 * Math.log(sigma / 2)) / Math.log(0.05) - i);
    // One in each thousandth, up to rounding.
    expect(Math.min(...places)).toBeGreaterThan(-1e-3);
    expect(Math.max(...places)).toBeLessThan(1.001);
    expect([0, 0.5, 1].map((share) => levelAt({ from: 4, to: 1 }, share))).toEqual([4, 2, 1]);
  });

  it('give each sample its own σ, ε = 0.02 σ² and weight σ²', () => {
    tf.tidy(() => {
      const sigmas = [1.5, 0.2];
      const [x, blur, noise] = [1, 2, 3].map((seed) => drawNoise(gaussian(), [2, 1], randomStream(seed)) as tf.Tensor2D);
      const step = (objective: (epsilon: unknown) => Objective) => ({
        manifold: line,
        energy: (y: tf.Tensor2D) => tf.squeeze(y, [1]) as tf.Tensor1D,
        conditional: bowl(0.5),
        blur: 1,
        objective,
        adaptive: true,
      });
      const row = (t: tf.Tensor, i: number) => tf.slice(t, [i, 0], [1, 1]) as tf.Tensor2D;
      const makers: ((epsilon: unknown) => Objective)[] = [
        (epsilon) => mvlLd({ epsilon: epsilon as number }),
        (epsilon) => mvlLd({ epsilon: epsilon as number, noise: 'antithetic' }),
        (epsilon) => mvlLd({ epsilon: epsilon as number, stepRescale: true }),
        (epsilon) => minimumVelocity(langevin(), { epsilon: epsilon as number, controlVariate: false }),
        (epsilon) => contrastiveDivergence({ epsilon: epsilon as number }),
        () => ssmVr(),
      ];
      for (const make of makers) {
        const together = batchLoss(step(make), { x, blur, noise, sigma: tf.tensor2d(sigmas, [2, 1]) }).dataSync()[0];
        const apart = sigmas.map((sigma, i) => {
          const y = tf.add(row(x, i), tf.mul(sigma, row(blur, i))) as tf.Tensor2D;
          const energy = (z: tf.Tensor2D) => bowl(0.5)(z, tf.fill(z.shape, sigma) as tf.Tensor2D);
          return sigma ** 2 * make(0.02 * sigma ** 2)(energy, y, row(noise, i)).dataSync()[0];
        });
        // Energy differences of about 1e-2 divided by ε/σ² = 0.02, in float32.
        expect(together).toBeCloseTo((apart[0] + apart[1]) / 2, 4);
      }
    });
  });

  it('take steps of ε = 0.02 at most where the volume is finite', () => {
    tf.tidy(() => {
      const manifold = torus(1);
      const angle = (seed: number) => fromAngles(drawNoise(gaussian(), [3, 1], randomStream(seed)) as tf.Tensor2D) as tf.Tensor2D;
      const asked: number[][] = [];
      const objective = (epsilon: unknown) => {
        asked.push(Array.from((epsilon as tf.Tensor).dataSync()));
        return mvlRld({ manifold, epsilon: epsilon as number });
      };
      const energy = (y: tf.Tensor2D) => tf.squeeze(tf.slice(y, [0, 0], [-1, 1]), [1]) as tf.Tensor1D;
      const inputs = { x: angle(1), blur: tf.zeros([3, 2]), noise: tf.zeros([3, 2]), sigma: tf.tensor2d([[0.5], [1], [3]]) };
      batchLoss({ manifold, energy, conditional: energy, blur: 1, objective, adaptive: true }, inputs);
      expect(asked[0].map((v) => v / 0.02)).toEqual([0.25, 1, 1].map((v) => expect.closeTo(v, 5)));
    });
  });

  it('train an energy that is a plain function, and bound its levels', async () => {
    const a = tf.variable(tf.scalar(2));
    const model = energyModel({ manifold: line, network: bowl(a), noiseLevels, seed: 1 });
    model.compile({ optimizer: tf.train.adam(0.2) });
    const rows = Array.from({ length: 200 }, (_, i) => [Math.sin(i)]);
    const { history } = await model.fit(rows, {
      epochs: 80,
      batchSize: 100,
      averaging: 0.9,
      validationSplit: 0.5,
      learningRate: (t) => 0.2 * (1 - t),
    });
    // Var sin = ½; the noise of 8,000 samples, most of them at levels that hardly see a, leaves some per cent.
    expect(Math.abs(a.dataSync()[0] - 0.5)).toBeLessThan(0.1);
    expect(history.val_loss.at(-1)).toBeLessThan(history.val_loss[0]);
    expect(model.summary).toMatchObject({ smoothing: null, noiseLevels });
    const at = [1, 0.1].map(
      (sigma) =>
        model
          .at(sigma)([[3]])
          .dataSync()[0],
    );
    expect(at[0]).toBeCloseTo(4.5 / (a.dataSync()[0] + 1), 5);
    expect(model.energy([[3]]).dataSync()[0]).toBe(at[1]);
    expect(model.score([[3]]).dataSync()[0]).toBeCloseTo((-2 * at[1]) / 3, 4);
    expect(() => model.at(3)).toThrow('at: sigma must be between the noise levels 0.1 and 2; got 3.');
    a.dispose();
  });

  it('anneal samples from coarse to fine', async () => {
    // Two narrow bumps at ±5, of masses ¾ and ¼: a chain at the finest level could never go from one to the other.
    const density = (x: tf.Tensor2D, sigma: tf.Tensor2D) => {
      const variance = tf.add(0.01, tf.square(sigma));
      const part = (mass: number, centre: number) => tf.sub(Math.log(mass), tf.div(tf.square(tf.sub(x, centre)), tf.mul(2, variance)));
      const parts = tf.concat([part(0.75, 5), part(0.25, -5)], 1);
      return tf.neg(tf.logSumExp(parts, 1)) as tf.Tensor1D;
    };
    const model = energyModel({ manifold: line, network: density, noiseLevels: { from: 8, to: 0.05 } });
    const before = tf.memory().numTensors;
    const drawn = await model.sample({ n: 200, steps: 300, stepSize: 2.5e-4, seed: 3 });
    const values = Array.from(drawn.dataSync());
    drawn.dispose();
    expect(tf.memory().numTensors).toBe(before);
    // Four standard errors of 200 independent chains.
    expect(Math.abs(values.filter((x) => x > 0).length / 200 - 0.75)).toBeLessThan(4 * Math.sqrt((0.75 * 0.25) / 200));
    const spread = Math.sqrt(values.reduce((sum, x) => sum + (Math.abs(x) - 5) ** 2, 0) / 200);
    // √(.01 + .05²) = .112; the chain's last levels have not quite settled.
    expect(Math.abs(spread - 0.112)).toBeLessThan(0.03);
  });

  it.each<[string, Partial<EnergyModelOptions>, RegExp]>([
    [
      'levels that rise',
      { noiseLevels: { from: 0.1, to: 1 } },
      /noiseLevels must fall between positive widths, as in .* got {"from":0.1,"to":1}/,
    ],
    [
      'a network of one input',
      { noiseLevels, network: tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] }) },
      /expected two, points \[null, columns\] and log σ/,
    ],
    [
      'a network of two inputs without levels',
      { network: conditionalEnergy({ manifold: line, noiseLevels, hidden: [4] }) },
      /expected one, of shape/,
    ],
  ])('refuse %s', (_name, options, message) => {
    expect(() => energyModel({ manifold: line, ...options })).toThrow(message);
  });

  it('refuse smoothing beside them, and losses that are no means of terms', async () => {
    const model = energyModel({ manifold: line, network: bowl(tf.variable(tf.scalar(1))), noiseLevels });
    await expect(model.fit([[1], [2]], { smoothing: 0.1, epochs: 1 })).rejects.toThrow(/has noise levels.*leave smoothing out/);
    model.compile({ loss: svgdKsd({ kernel: rbf({ bandwidth: 1 }) }) });
    await expect(model.fit([[1], [2]], { epochs: 1 })).rejects.toThrow(/svgdKsd is no mean of one term for each sample/);
    expect(() => energyModel({ manifold: line }).at(1)).toThrow(/at: this model has no noise levels/);
  });
});

describe('conditionalEnergy', () => {
  it('has features of octaves that fade, and weights from its seed', () => {
    const [one, same, other] = [1, 1, 2].map((seed) =>
      conditionalEnergy({ manifold: sphere(2), noiseLevels: { from: 1, to: 0.12 }, hidden: [5], seed }),
    );
    const values = [one, same, other].map((net) => net.getWeights().flatMap((w) => [...w.dataSync()]));
    expect(values[0]).toEqual(values[1]);
    expect(values[0]).not.toEqual(values[2]);
    // 1, 2, 4 and 8: the next octave is finer than the finest level.
    expect(one.layers[2].getConfig()).toMatchObject({ frequencies: [1, 2, 4, 8], count: 16 });
    expect(() => conditionalEnergy({ manifold: euclidean(), noiseLevels })).toThrow(/euclidean does not say how many columns/);
  });
});

describe('GatedFourierFeatures', () => {
  it('gates waves by exp(−σ²ω²/8)', () => {
    const layer = new GatedFourierFeatures({ frequencies: [2, 8], count: 3, seed: 4 });
    const x = tf.tensor2d([
      [0.3, -0.7],
      [0.3, -0.7],
    ]);
    const logSigma = tf.log(tf.tensor2d([[0.5], [1e-6]]));
    const [coarse, fine] = (layer.apply([x, logSigma]) as tf.Tensor2D).arraySync();
    expect(coarse.slice(0, 3)).toEqual(
      [...(x.arraySync().at(0) as number[]), expect.closeTo(Math.log(0.5), 6)].map((v) =>
        typeof v === 'number' ? expect.closeTo(v, 6) : v,
      ),
    );
    for (let c = 0; c < 6; c++) {
      const omega = c < 3 ? 2 : 8;
      const [cos, sin] = [fine[3 + c], fine[9 + c]];
      expect(cos ** 2 + sin ** 2).toBeCloseTo(1, 5);
      // |phase| ≤ ω|x|, by Cauchy and Schwarz; the gate is the only thing between the rows.
      const gate = Math.exp(-(0.5 ** 2 * omega ** 2) / 8);
      expect(coarse[3 + c]).toBeCloseTo(gate * cos, 5);
      expect(coarse[9 + c]).toBeCloseTo(gate * sin, 5);
    }
    expect(layer.trainableWeights).toEqual([]);
    expect(new GatedFourierFeatures(layer.getConfig() as never).getConfig()).toEqual(layer.getConfig());
  });

  it('refuses what it cannot take', () => {
    expect(() => new GatedFourierFeatures({ frequencies: [], count: 3 })).toThrow(/GatedFourierFeatures: expected positive frequencies/);
    expect(() => new GatedFourierFeatures({ frequencies: [1], count: 3 }).apply(tf.input({ shape: [2] }))).toThrow(/expected \[x, log σ\]/);
  });
});
