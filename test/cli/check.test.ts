import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { ModelProtoSchema } from 'onnx-buf';
import { exportEnergyModel } from '../../exporters/exportEnergyModel.ts';
import { exportOnnx } from '../../exporters/exportOnnx.ts';
import { type EnergyModel, energyModel } from '../../plugin/energy/energyModel.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { tinyModel } from '../support/tinyModel.ts';
import { tfjsMvl, workFolder } from './support.ts';

const work = workFolder();
let model: EnergyModel;
beforeAll(() => {
  model = tinyModel();
});
afterAll(() => {
  model.dispose();
  work.remove();
});

const checked = async (bytes: Uint8Array) => tfjsMvl('check', work.write('model.onnx', bytes));
const exported = async (other: Partial<EnergyModel>) => (await exportEnergyModel({ ...model, ...other })).bytes;

describe('check', () => {
  it('passes what is right, on the sphere and in the plane', async () => {
    const { code, stdout, stderr } = await checked(await exported({}));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of ['structure', 'batches', 'score', 'sampler']) expect(stdout).toMatch(new RegExp(`^ok +${name} `, 'm'));
    const wave = energyModel({ manifold: euclidean(2), network: (x) => tf.sum(tf.add(tf.square(x), tf.sin(tf.mul(3, x))), 1) });
    expect((await checked((await exportEnergyModel(wave)).bytes)).code).toBe(0);
  });

  it.each([
    ['of the wrong sign', (x: tf.Tensor2D) => tf.neg(model.score(x)) as tf.Tensor2D],
    ['half as long', (x: tf.Tensor2D) => tf.mul(0.5, model.score(x)) as tf.Tensor2D],
  ])('fails a score %s', async (_, score) => {
    const { code, stdout } = await checked(await exported({ score: score as EnergyModel['score'] }));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAILED +score +score against central differences of the energy: relative error/m);
    expect(stdout).toMatch(/^ok +batches/m);
  });

  it('fails energies that are not finite', async () => {
    const broken = energyModel({ manifold: sphere(2), network: (x) => tf.log(tf.sub(tf.sum(x, 1), 9)) as tf.Tensor1D });
    const { code, stdout } = await checked((await exportEnergyModel(broken)).bytes);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAILED +batches +at batch 1: energy or score is not finite/m);
  });

  it('fails energies that depend on the batch', async () => {
    const mixed = energyModel({
      manifold: sphere(2),
      network: (x) => tf.add(tf.sum(tf.square(tf.add(x, 1)), 1), tf.mean(x)) as tf.Tensor1D,
    });
    expect((await checked((await exportEnergyModel(mixed)).bytes)).stdout).toMatch(/^FAILED +batches +energies depend on the batch size/m);
  });

  it('fails a file without a sampler', async () => {
    const { bytes } = await exportOnnx((x) => ({ energy: model.energy(x as tf.Tensor2D), score: model.score(x as tf.Tensor2D) }), {
      inputs: { x: { shape: ['batch', 3], dtype: 'float32' } },
      metadata: { manifold: 'sphere:2' },
    });
    const { code, stdout } = await checked(bytes);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAILED +sampler +the file has no sampler/m);
    expect(await tfjsMvl('sample', work.path('model.onnx'))).toMatchObject({ code: 2, stderr: expect.stringMatching(/has no sampler/) });
  });

  it('fails a broken structure before running it', async () => {
    const proto = fromBinary(ModelProtoSchema, await exported({}));
    proto.graph?.node.reverse();
    const { code, stdout } = await checked(toBinary(ModelProtoSchema, proto));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAILED +structure +graph: node .* which nothing before it makes/);
    expect(stdout).not.toMatch(/batches/);
  });

  it('fails an ONNX file that is no energy model', async () => {
    const { bytes } = await exportOnnx((x) => tf.neg(x), { inputs: { x: { shape: [2], dtype: 'float32' } } });
    const { code, stdout } = await checked(bytes);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAILED +runs +.*is not an energy model of tfjs-mvl/m);
  });

  it('looks at the structure alone where asked to', async () => {
    const broken = energyModel({ manifold: sphere(2), network: (x) => tf.log(tf.sub(tf.sum(x, 1), 9)) as tf.Tensor1D });
    const path = work.write('model.onnx', (await exportEnergyModel(broken)).bytes);
    expect(await tfjsMvl('check', path, '--structure-only')).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^ok +structure +IR \d+, opset \d+\n$/),
      stderr: '',
    });
  });

  it('refuses what is no file', async () => {
    expect(await tfjsMvl('check', work.path('absent.onnx'))).toMatchObject({ code: 2, stdout: '' });
  });
});
