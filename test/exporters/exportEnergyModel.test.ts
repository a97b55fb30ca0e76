import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { checkParity, exportEnergyModel, exportOnnx, exportSamplerStep } from '../../exporters/index.ts';
import {
  drawNoise,
  type Energy,
  energyModel,
  euclidean,
  langevin,
  type Manifold,
  mlpEnergy,
  riemannianLangevin,
  sphere,
} from '../../plugin/index.ts';
import { randomStream } from '../../random/stream.ts';
import { loadModel } from '../../runtime/index.ts';
import { keepOnnx } from '../support/onnxFiles.ts';
import { RUNTIMES } from '../support/runtimes.ts';

const model = (manifold: Manifold, activation: 'tanh' | 'softplus' = 'tanh', head: 'scalar' | 'inner' = 'scalar') =>
  energyModel({ manifold, network: mlpEnergy({ manifold, hidden: [32, 32], head, activation, seed: 3 }), seed: 3 });

describe.each([sphere(2), euclidean(4)])('a trained energy on $name', (manifold) => {
  describe.each(RUNTIMES)('in $backend', ({ ort, provider }) => {
    const executionProviders = [provider];

    it.each(['tanh', 'softplus'] as const)('has the energy and score of tfjs, %s', async (activation) => {
      const ebm = model(manifold, activation, 'inner');
      const exported = await exportEnergyModel(ebm);
      keepOnnx(`energy-${manifold.name}-${activation}-${provider}`, exported.bytes);
      const report = await checkParity(exported, ebm, { ort, executionProviders, batches: [1, 7, 1000] });
      expect(Object.keys(report.outputs)).toEqual(['energy', 'score']);
      // The promise of the package: 1e-5 for energies and 1e-4 for scores against double precision.
      expect(report.outputs.energy.float64?.maxRelative).toBeLessThan(1e-5);
      expect(report.outputs.score.float64?.maxRelative).toBeLessThan(1e-4);
      expect(report.outputs.energy.tfjs.maxRelative).toBeLessThan(1e-5);
      expect(report.outputs.score.tfjs.maxRelative).toBeLessThan(1e-4);
      ebm.dispose();
    });

    it('samples through the runtime as the dynamics does in tfjs, with the same noise', async () => {
      const ebm = model(manifold);
      const { bytes } = await exportEnergyModel(ebm);
      const loaded = await loadModel(ort, bytes, { executionProviders });
      const [n, steps, seed, stepSize] = [5, 20, 9, 0.02];
      const samples = await loaded.sample({ n, steps, seed, stepSize });
      const expected = await ebm.sample({ n, steps, seed, stepSize });
      const reference = expected.dataSync();
      expect(reference).toHaveLength(n * (manifold.ambientDim as number));
      expect(Math.max(...Array.from(samples.data as Float32Array, (x, i) => Math.abs(x - reference[i])))).toBeLessThan(1e-4);
      expected.dispose();
      ebm.dispose();
      loaded.dispose();
    });
  });
});

describe('exportEnergyModel', () => {
  it('writes a file that describes itself', async () => {
    const ebm = model(sphere(2));
    const { card, graph } = await exportEnergyModel(ebm, { name: 'quakes', metadata: { source: 'a test' } });
    expect(card).toMatchObject({
      name: 'quakes',
      manifold: 'sphere:2',
      units: 'nats',
      source: 'a test',
      noise: { noise: { distribution: 'gaussian', shape: ['batch', 3] } },
      sampler: { name: 'riemannianLangevin', step: 'Step', start: 'Start' },
    });
    expect(graph.inputs.map(({ name }) => name)).toEqual(['x']);
    ebm.dispose();
  });

  it('shares the forward pass: energy and score take at most three times the nodes of the energy', async () => {
    const ebm = model(sphere(2));
    const { graph } = await exportEnergyModel(ebm);
    const forward = await exportOnnx((x: tf.Tensor2D) => ebm.energy(x), { inputs: { x: { shape: ['batch', 3] } } });
    expect(forward.graph.nodes.length).toBeGreaterThanOrEqual(6);
    expect(graph.nodes.length).toBeLessThanOrEqual(3 * forward.graph.nodes.length);
    // A repaired gradient computes tanh(x) again; the file does so once a layer.
    expect(graph.nodes.filter((node) => node.op === 'Tanh')).toHaveLength(2);
    ebm.dispose();
  });

  it('takes an energy that is a function', async () => {
    const energy: Energy = (x) => tf.mul(0.5, tf.sum(tf.square(x), 1)) as tf.Tensor1D;
    const ebm = energyModel({ manifold: euclidean(2), network: energy });
    const [{ ort, provider }] = RUNTIMES;
    const loaded = await loadModel(ort, (await exportEnergyModel(ebm)).bytes, { executionProviders: [provider] });
    expect(Array.from(await loaded.energy([[3, 4]]))).toEqual([12.5]);
    loaded.dispose();
  });

  it('asks for the dimension where nothing tells it', async () => {
    const ebm = energyModel({ manifold: euclidean(), network: (x) => tf.sum(tf.square(x), 1) as tf.Tensor1D });
    await expect(exportEnergyModel(ebm)).rejects.toThrow(/give the manifold its dimension/);
    await expect(exportSamplerStep(ebm)).rejects.toThrow(/give the manifold its dimension/);
  });

  it('leaves no tensors behind', async () => {
    const ebm = model(sphere(2));
    await exportEnergyModel(ebm);
    const before = tf.memory().numTensors;
    await exportEnergyModel(ebm);
    expect(tf.memory().numTensors).toBe(before);
    ebm.dispose();
  });
});

describe('exportSamplerStep', () => {
  const cases = [
    ['the chart route', sphere(2), riemannianLangevin(sphere(2), { route: 'chart' })],
    ['the embedded route', sphere(2), riemannianLangevin(sphere(2))],
    ['flat Langevin', euclidean(3), langevin()],
  ] as const;

  it.each(cases)('is one step of the dynamics: %s', async (_name, manifold, dynamics) => {
    const ebm = model(manifold);
    const exported = await exportSamplerStep(ebm, dynamics);
    keepOnnx(`step-${_name}`, exported.bytes);
    const columns = manifold.ambientDim as number;
    const noise = drawNoise(dynamics.noise as NonNullable<typeof dynamics.noise>, [7, columns], randomStream(1));
    const data: Record<string, Float32Array> = {
      x: tf.tidy(() => manifold.fromGaussian(tf.randomNormal([7, columns], 0, 1, 'float32', 4)).dataSync() as Float32Array),
      noise: noise.dataSync() as Float32Array,
      stepSize: Float32Array.of(0.01),
    };
    for (const { ort, provider } of RUNTIMES) {
      const report = await checkParity(
        exported,
        (x: tf.Tensor2D, z: tf.Tensor2D, dt: tf.Scalar) => ({ next: dynamics.step(ebm.energy, x, dt, z).next }),
        { ort, executionProviders: [provider], batches: [7], sample: (name) => data[name] },
      );
      expect(report.outputs.next.tfjs.maxRelative).toBeLessThan(1e-5);
    }
    noise.dispose();
    ebm.dispose();
  });
});
