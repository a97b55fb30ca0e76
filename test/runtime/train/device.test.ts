import { beforeAll, describe, expect, it } from '@jest/globals';
import * as node from 'onnxruntime-node';
import { exportTrainStep } from '../../../exporters/index.ts';
import { loadTrainSession } from '../../../runtime/index.ts';
import type { OrtLike } from '../../../runtime/ort.ts';
import { farRuntime, withGpu } from '../../support/farRuntime.ts';
import { cap, tinyModel } from '../../support/tinyModel.ts';

describe('on WebGPU', () => {
  let bytes: Uint8Array;
  beforeAll(async () => {
    ({ bytes } = await exportTrainStep(tinyModel(), {}));
  });

  it('the state stays there, training is the same, and holds one tensor for each of the state', async () => {
    const { ort, alive, fetches } = farRuntime();
    const far = await withGpu(() => loadTrainSession(ort, bytes, { executionProviders: 'webgpu' }));
    const near = await loadTrainSession(node, bytes);
    expect(alive.size).toBe(0);
    const x = cap(6);
    for (let k = 0; k < 3; k++) {
      expect(await far.step({ x })).toEqual(await near.step({ x }));
      expect(alive.size).toBe(far.card.state.length);
    }
    expect(await far.parameters()).toEqual(await near.parameters());
    expect(await far.save()).toEqual(await near.save());
    expect(new Set(fetches)).toEqual(new Set([undefined]));

    await expect(far.step({ x }, { learningRate: 1e30 }).then(() => far.step({ x }))).rejects.toThrow(/diverged at step 4/);
    expect(alive.size).toBe(far.card.state.length);
    await far.load(await near.save());
    expect(alive.size).toBe(0);
    expect(await far.step({ x })).toEqual(await near.step({ x }));
    await far.dispose();
    expect(alive.size).toBe(0);
    await near.dispose();
  });

  it('onnxruntime-node is not told where to write', async () => {
    const seen: unknown[] = [];
    const create = async (model: Uint8Array, options: object) => {
      const { preferredOutputLocation: _, ...rest } = options as { preferredOutputLocation?: string };
      const session = await node.InferenceSession.create(model, rest);
      const run = (feeds: never, given?: never) => {
        seen.push(given);
        return given === undefined ? session.run(feeds) : session.run(feeds, given);
      };
      return { run, release: () => session.release() };
    };
    const ort = { Tensor: node.Tensor, listSupportedBackends: node.listSupportedBackends, InferenceSession: { create } };
    const open = async (sessionOptions: object) => {
      const session = await loadTrainSession(ort as unknown as OrtLike, bytes, { sessionOptions });
      seen.length = 0;
      const result = await session.step({ x: cap(2) });
      await session.dispose();
      return result;
    };
    const plain = await open({});
    expect(seen).toEqual([expect.objectContaining({ loss: null })]);
    expect(await open({ preferredOutputLocation: 'gpu-buffer' })).toEqual(plain);
    expect(seen).toEqual([undefined]);
  });
});
