import { expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import * as exporters from '../../exporters/index.ts';
import * as models from '../../models/index.ts';
import * as mvl from '../../plugin/index.ts';
import * as runtime from '../../runtime/index.ts';
import { codeBlocks } from '../support/readme.ts';

it('the snippet of docs/latent.md trains, exports and serves', async () => {
  const [code] = codeBlocks('docs/latent.md', 'js');
  const AsyncFunction = (async () => {}).constructor as new (...source: string[]) => (...values: unknown[]) => Promise<unknown>;
  const names = { tf, ort, ...mvl, ...exporters, ...models, ...runtime };
  const body = `${code.replace(/^import .*$/gm, '')}\nreturn { model, test, codes, rebuilt, drawn, way };`;
  const found = (await new AsyncFunction(...Object.keys(names), body)(...Object.values(names))) as {
    model: models.LatentModel;
    test: models.LabelledImages;
  } & Record<'codes' | 'rebuilt' | 'drawn' | 'way', runtime.Batch>;
  const { codes, rebuilt, drawn, way } = found;
  expect([codes, rebuilt, drawn, way].map(({ dims }) => dims)).toEqual([
    [10, 3],
    [10, 784],
    [5, 784],
    [7, 3],
  ]);
  for (const row of [...codes.rows(), ...way.rows()]) expect(Math.hypot(...row)).toBeCloseTo(1, 5);
  // The mean image has 206 nats.
  const nats = Array.from(rebuilt).reduce((sum, p, i) => {
    const x = found.test.images[i];
    return sum - (x * Math.log(p + 1e-7) + (1 - x) * Math.log(1 - p + 1e-7)) / 10;
  }, 0);
  expect(nats).toBeLessThan(200);
});
