import { describe, expect, it } from '@jest/globals';
import { InputError } from '../../cli/errors.ts';
import { KINDS } from '../../cli/train/latent/kinds.ts';
import { latentPlace, PLACES } from '../../cli/train/latent/latentPlace.ts';
import { LATENT_MODELS } from '../../cli/train/names.ts';
import { mlpNetworks } from '../../models/index.ts';
import { parseManifold } from '../../plugin/index.ts';
import { tfjsMvl, workFolder } from './support.ts';

const MANIFOLDS = ['euclidean:2', 'sphere:2', 'torus:2', 'hyperbolic:2', 'poincare:2', 'so3', 'simplex:2', 'stiefel:3,2', 'spd:2'];
MANIFOLDS.push('product(sphere:2,torus:1)', 'product(sphere:2,euclidean:1)');

describe('where codes are', () => {
  it.each(LATENT_MODELS)('is what %s can be made on', (name) => {
    for (const manifold of MANIFOLDS) {
      const latent = parseManifold(manifold);
      const make = () => KINDS[name].make({ latent, columns: 3, networks: mlpNetworks({ hidden: [2] }) }).dispose();
      if (PLACES[name].have(latent)) expect(make).not.toThrow();
      else expect(make).toThrow();
    }
  });

  it('is read by its name', async () => {
    expect((await latentPlace('explicit-vae', 'sphere:3')).name).toBe('sphere:3');
    expect((await latentPlace('wae-mmd', 'torus:2')).name).toBe('torus:2');
  });

  it.each([
    [
      'explicit-vae',
      'hyperbolic:2',
      /^--latent hyperbolic:2: --model explicit-vae has codes on euclidean:n or sphere:n\. Give --latent euclidean:2 or sphere:2; no model/,
    ],
    ['implicit-vae', 'torus:3', /^--latent torus:3: .* Give --latent euclidean:3 or sphere:3, or --model wae-mvl, wae-gan, wae-mmd, which/],
    [
      'wae-gan',
      'hyperbolic:4',
      /^--latent hyperbolic:4: --model wae-gan has codes on euclidean:n or a manifold of finite volume, .* euclidean:4/,
    ],
    ['wae-mvl', 'euclidean', /^--latent euclidean: say how many dimensions codes have, such as euclidean:8/],
    ['wae-mvl', 'klein:2', /^Unknown manifold "klein:2"/],
    ['wae-mvl', undefined, /^--model wae-mvl: give --latent too/],
  ] as const)('of %s is not %s', async (model, name, message) => {
    await expect(latentPlace(model, name)).rejects.toThrow(InputError);
    await expect(latentPlace(model, name)).rejects.toThrow(message);
  });

  it('is checked before anything is said to train', async () => {
    const work = workFolder();
    const data = work.write('data.csv', 'a,b\n0,1\n1,0\n');
    const { code, stderr } = await tfjsMvl('train', data, '--model', 'implicit-vae', '--latent', 'torus:2', '-o', work.path('m.onnx'));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^tfjs-mvl: --latent torus:2: .*\n$/) });
    work.remove();
  });
});
