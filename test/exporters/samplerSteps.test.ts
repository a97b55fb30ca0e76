import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { checkParity, exportSamplerStep } from '../../exporters/index.ts';
import { advance } from '../../plugin/dynamics/advance.ts';
import {
  birthDeath,
  type Dynamics,
  drawNoise,
  type Energy,
  energyModel,
  euclidean,
  hmc,
  imq,
  langevin,
  type Manifold,
  mala,
  rbf,
  riemannianLangevin,
  spd,
  sphere,
  spos,
  stiefel,
  svgd,
} from '../../plugin/index.ts';
import { fillRandom } from '../../random/fill.ts';
import { randomStream } from '../../random/stream.ts';
import type { OrtTensor } from '../../runtime/ort.ts';
import { keepOnnx } from '../support/onnxFiles.ts';
import { RUNTIMES } from '../support/runtimes.ts';

/** |x|²/2 − Σ cos(3x)/10: curved enough to show an error, and convex, so that chains with the same noise come together and round-off does not grow. */
const flat: Energy = (x) => tf.sum(tf.sub(tf.mul(0.5, tf.square(x)), tf.mul(0.1, tf.cos(tf.mul(3, x)))), 1);
/** ⟨(0, 1, −2), x⟩ − Σ cos(3x)/10, on S². */
const round: Energy = (x) => tf.sum(tf.sub(tf.mul(x, tf.tensor2d([[0, 1, -2]])), tf.mul(0.1, tf.cos(tf.mul(3, x)))), 1);

/** −2 tr Y₁₂ − Σ cos(3y)/10, on frames. */
const upright: Energy = (y) => tf.sum(tf.sub(tf.mul(y, tf.tensor2d([[-2, 0, 0, -2, 0, 0]])), tf.mul(0.1, tf.cos(tf.mul(3, y)))), 1);
/** tr P − log |P|, on positive 2 × 2 matrices. */
const wishart: Energy = (p) => {
  const [a, b, , d] = tf.split(p, 4, 1);
  return tf.squeeze(tf.sub(tf.add(a, d), tf.log(tf.sub(tf.mul(a, d), tf.square(b)))), [1]) as tf.Tensor1D;
};

interface Row {
  readonly dynamics: Dynamics;
  /** The space, with the number of columns that the dynamics may leave open. */
  readonly manifold: Manifold;
  readonly energy: Energy;
  readonly stepSize: number;
}

const plane = { manifold: euclidean(2), energy: flat };
const globe = { manifold: sphere(2), energy: round };

/** A dynamics is a row: it runs a thousand steps in tfjs and, exported, in both runtimes. */
const table: readonly (readonly [string, Row])[] = [
  ['langevin', { dynamics: langevin(), ...plane, stepSize: 0.05 }],
  ['riemannianLangevin, embedded', { dynamics: riemannianLangevin(sphere(2)), ...globe, stepSize: 0.02 }],
  ['riemannianLangevin, chart', { dynamics: riemannianLangevin(sphere(2), { route: 'chart' }), ...globe, stepSize: 0.02 }],
  [
    'riemannianLangevin on frames',
    { dynamics: riemannianLangevin(stiefel(3, 2)), manifold: stiefel(3, 2), energy: upright, stepSize: 0.02 },
  ],
  ['riemannianLangevin on matrices', { dynamics: riemannianLangevin(spd(2)), manifold: spd(2), energy: wishart, stepSize: 0.02 }],
  ['svgd, rbf', { dynamics: svgd({ kernel: rbf() }), ...plane, stepSize: 0.1 }],
  ['svgd, imq', { dynamics: svgd({ kernel: imq({ bandwidth: 0.7 }) }), ...plane, stepSize: 0.1 }],
  ['spos', { dynamics: spos({ kernel: imq(), alpha: 0.5 }), ...plane, stepSize: 0.05 }],
  ['birthDeath', { dynamics: birthDeath({ bandwidth: 0.5 }), ...plane, stepSize: 0.05 }],
  ['birthDeath on S²', { dynamics: birthDeath({ bandwidth: 0.5, manifold: sphere(2) }), ...globe, stepSize: 0.02 }],
  ['mala', { dynamics: mala(), ...plane, stepSize: 0.05 }],
  ['mala on S²', { dynamics: mala(sphere(2)), ...globe, stepSize: 0.02 }],
  ['hmc', { dynamics: hmc(euclidean(2), { leapfrogs: 3 }), ...plane, stepSize: 0.2 }],
  ['hmc on S²', { dynamics: hmc(sphere(2), { leapfrogs: 3 }), ...globe, stepSize: 0.1 }],
];

const [STEPS, POINTS, SEED] = [1000, 12, 5];

describe.each(table)('%s', (name, { dynamics, manifold, energy, stepSize }) => {
  const columns = manifold.ambientDim as number;
  const shape = dynamics.noise?.shape([POINTS, columns]);

  const start = (n = POINTS): Float32Array => {
    const data = fillRandom(new Float32Array(n * columns), 'gaussian', randomStream(SEED, 0)) as Float32Array<ArrayBuffer>;
    return tf.tidy(
      () =>
        manifold
          .fromGaussian(tf.tensor2d(data, [n, columns]))
          .dataSync()
          .slice() as Float32Array,
    );
  };

  /** All points after each of the steps in tfjs, as an exported step takes them. */
  const reference = (() => {
    const path: Float32Array[] = [start()];
    for (let k = 1; k <= STEPS; k++)
      path.push(
        tf.tidy(() => {
          const x = tf.tensor2d(path[k - 1], [POINTS, columns]);
          const noise = dynamics.noise && drawNoise(dynamics.noise, [POINTS, columns], randomStream(SEED, k));
          return manifold
            .project(advance(dynamics, energy, x, stepSize, noise))
            .dataSync()
            .slice() as Float32Array;
        }),
      );
    return path;
  })();

  it.each(RUNTIMES.map((runtime) => [runtime.backend, runtime] as const))(
    'runs 1000 steps in %s as in tfjs',
    async (_, { ort, provider }) => {
      const model = energyModel({ manifold, network: energy });
      const { bytes } = await exportSamplerStep(model, dynamics);
      keepOnnx(`sampler-${name}`, bytes);
      const session = await ort.InferenceSession.create(bytes, { executionProviders: [provider], logSeverityLevel: 3 });
      const dt = new ort.Tensor('float32', Float32Array.of(stepSize), []);
      let x: OrtTensor = new ort.Tensor('float32', start(), [POINTS, columns]);
      let worst = 0;
      for (let k = 1; k <= STEPS; k++) {
        const feeds: Record<string, OrtTensor> = { x, stepSize: dt };
        if (shape && dynamics.noise) {
          const size = shape[0] * shape[1];
          feeds.noise = new ort.Tensor(
            'float32',
            fillRandom(new Float32Array(size), dynamics.noise.distribution, randomStream(SEED, k)) as Float32Array,
            shape,
          );
        }
        x = (await session.run(feeds)).next;
        const found = x.data as Float32Array;
        const expected = reference[k];
        for (let i = 0; i < found.length; i++) worst = Math.max(worst, Math.abs(found[i] - expected[i]));
      }
      // Seen: 3e-6 at most. A resampling that falls out differently would be off by the distance between points.
      expect(worst).toBeLessThan(1e-3);
      await session.release();
      model.dispose();
    },
  );

  it('runs with one point and with many', async () => {
    const model = energyModel({ manifold, network: energy });
    const exported = await exportSamplerStep(model, dynamics);
    const step = (x: tf.Tensor2D, ...rest: tf.Tensor[]) => ({
      next: manifold.project(advance(dynamics, energy, x, rest.at(-1) as tf.Scalar, dynamics.noise && rest[0])),
    });
    const [{ ort, provider }] = RUNTIMES;
    for (const n of [1, 40]) {
      const data: Record<string, Float32Array> = { x: start(n), stepSize: Float32Array.of(stepSize) };
      if (dynamics.noise) data.noise = drawNoise(dynamics.noise, [n, columns], randomStream(SEED, 0, n)).dataSync() as Float32Array;
      const options = { ort, executionProviders: [provider], batches: [n], sample: (input: string) => data[input] };
      const report = await checkParity(exported, step, options);
      expect(report.outputs.next.tfjs.maxAbsolute).toBeLessThan(1e-5);
    }
    model.dispose();
  });

  it('moves', () => {
    const far = (a: Float32Array, b: Float32Array) => Math.max(...a.map((v, i) => Math.abs(v - b[i])));
    expect(far(reference[1], reference[0])).toBeGreaterThan(0.01);
    expect(far(reference[STEPS], reference[0])).toBeGreaterThan(0.1);
  });
});
