import { describe, expect, it } from '@jest/globals';
import { loadModel } from '../../runtime/loadModel.ts';
import { gaussian, onnxOf, vonMisesFisher } from '../support/onnx/models.ts';
import { RUNTIMES } from '../support/runtimes.ts';

/** Chains contract differences of one rounding per step; the bound is the promise made to users. */
const TOLERANCE = 1e-4;

describe.each([
  { name: 'von Mises–Fisher', spec: vonMisesFisher },
  { name: 'Gaussian', spec: gaussian },
])('samples of the $name', ({ spec }) => {
  const draw = (seed: number, n: number, steps: number) =>
    Promise.all(
      RUNTIMES.map(async ({ ort, backend, provider }) => {
        const model = await loadModel(ort, onnxOf(spec), { executionProviders: [provider] });
        expect([model.backend, model.executionProvider.name]).toEqual([backend, provider]);
        const samples = await model.sample({ n, steps, seed });
        await model.dispose();
        return samples;
      }),
    );

  it('are the same in onnxruntime-node and onnxruntime-web', async () => {
    const [node, web] = await draw(11, 200, 101);
    const difference = Math.max(...node.map((value, i) => Math.abs(value - web[i])));
    expect(difference).toBeLessThan(TOLERANCE);
    expect(new Set(node).size).toBeGreaterThan(300);
    expect(node.dims).toEqual(web.dims);
  });

  it('follow the seed', async () => {
    const [[a], [b], [c]] = [await draw(1, 5, 4), await draw(1, 5, 4), await draw(2, 5, 4)];
    expect(Array.from(a)).toEqual(Array.from(b));
    expect(Array.from(a)).not.toEqual(Array.from(c));
  });
});
