import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inNode, nodeModule } from '../../../plugin/training/nodeModules.ts';
import { progressOf } from '../../../plugin/training/progress.ts';
import { cap, tinyModel } from '../../support/tinyModel.ts';

/** What a page lacks. */
describe('outside Node', () => {
  const { versions } = process;
  const { setImmediate } = globalThis;
  beforeAll(() => {
    Object.defineProperty(process, 'versions', { value: {}, configurable: true });
    Object.assign(globalThis, { setImmediate: undefined });
  });
  afterAll(() => {
    Object.defineProperty(process, 'versions', { value: versions, configurable: true });
    Object.assign(globalThis, { setImmediate });
  });

  it('models train, without files, terminals and signals', async () => {
    expect(inNode()).toBe(false);
    const model = tinyModel();
    const store = { load: async () => null, save: async () => {} };
    await model.fit(cap(20), { epochs: 1, checkpoint: { store } });
    expect(model.summary?.steps).toBe(1);
    await progressOf('auto', { epochs: 1, steps: 1, from: 0 });
  });

  it('what needs Node says so', async () => {
    await expect(nodeModule('node:path', 'The model folder x')).rejects.toThrow(/^The model folder x needs Node\.$/);
    await expect(tinyModel().save('folder')).rejects.toThrow(/The model folder folder needs Node/);
  });
});
