import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { exportEnergyModel, exportLatentModel, exportLatentPart } from '../../exporters/index.ts';
import {
  bernoulli,
  convolutionalNetworks,
  densityOf,
  explicitVae,
  gaussianLikelihood,
  imageFolder,
  implicitVae,
  loadLatentModel,
  mlpNetworks,
  wae,
} from '../../models/index.ts';
import { energyModel, loadEnergyModel } from '../../plugin/energy/energyModel.ts';
import { langevin, latentLikelihood, mvlLd, mvlRld, persistentContrastiveDivergence } from '../../plugin/index.ts';
import { euclidean } from '../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../plugin/manifolds/sphere.ts';
import { torus } from '../../plugin/manifolds/torus.ts';

const base = { latent: sphere(2), columns: 3, networks: mlpNetworks({ hidden: [4] }) };
/** A typing mistake, as JavaScript lets it through. */
const wrong = <T>(options: unknown): T => options as T;

describe('a misspelt or wrong option is refused', () => {
  it.each([
    [
      () => implicitVae(wrong({ ...base, liklihood: bernoulli() })),
      /implicitVae: unknown option liklihood; expected some of latent, .*objective/,
    ],
    [() => implicitVae(wrong({ ...base, regulariser: 'mmd' })), /implicitVae: unknown option regulariser/],
    [() => explicitVae(wrong({ ...base, blur: 1 })), /explicitVae: unknown option blur/],
    [() => wae({ ...base, regulariser: 'mvl', ...wrong({ blurr: 1 }) }), /wae: unknown option blurr/],
    [() => implicitVae(wrong({ ...base, likelihood: 'bernoulli' })), /likelihood must be one such as bernoulli\(\).*; got "bernoulli"/],
    [
      () => implicitVae(wrong({ ...base, networks: { trunk: () => 0, decoder: () => 0 } })),
      /an object with name, activation, width, trunk, decoder and columns .*name is missing/,
    ],
    [() => implicitVae(wrong({ ...base, networks: 'mlp' })), /networks must be mlpNetworks\(\)/],
    [
      () => implicitVae({ ...base, likelihood: wrong({ ...bernoulli(), observe: undefined }) }),
      /object with name, negativeLog, mean, draw and observe .*observe is missing/,
    ],
    [() => implicitVae({ ...base, likelihood: wrong({ ...bernoulli(), draw: 3 }) }), /draw is missing or of another type/],
    [() => implicitVae({ ...base, objective: wrong('mvl') }), /implicitVae: objective must be one such as mvlLd\(\).*; got "mvl"/],
    [
      () => implicitVae({ ...base, objective: mvlRld({ manifold: sphere(2) }) }),
      /implicitVae: the objective mvlRld is on sphere:2, the energy of codes on euclidean:2/,
    ],
    [() => wae({ ...base, objective: mvlLd() }), /wae: the objective mvlLd is on euclidean, the energy of codes on sphere:2/],
    [
      () => wae({ ...base, latent: euclidean(2), objective: persistentContrastiveDivergence({ dynamics: langevin(), chains: 4 }) }),
      /wae: the objective \S+ keeps a state/,
    ],
    [() => wae({ ...base, regulariser: 'gan', blur: 0.1 }), /wae: blur belongs to the regulariser mvl; got gan/],
    [
      () => wae({ ...base, regulariser: 'mmd', objective: mvlRld({ manifold: sphere(2) }) }),
      /wae: objective belongs to the regulariser mvl/,
    ],
    [() => bernoulli(wrong({ binarize: false })), /bernoulli: unknown option binarize; expected some of binarise/],
    [() => gaussianLikelihood(wrong({ range: 'units' })), /range must be 'unit'.* or 'real'; got "units"/],
    [() => gaussianLikelihood(wrong({ sigma: 1 })), /gaussianLikelihood: unknown option sigma/],
    [() => mlpNetworks(wrong({ hidden: 128 })), /hidden must be a list of at least one positive integer.*; got 128/],
    [() => mlpNetworks({ hidden: [64, 0] }), /got \[64,0\]/],
    [() => convolutionalNetworks(wrong({ filter: [8] })), /convolutionalNetworks: unknown option filter/],
    [() => explicitVae({ ...base, latent: torus(2) }), /explicitVae: codes are on euclidean\(n\) or sphere\(n\); got torus:2.*use wae/],
    [() => implicitVae({ ...base, latent: torus(2) }), /implicitVae: codes are on euclidean\(n\) or sphere\(n\); got torus:2.*use wae/],
  ])('%#', (make, message) => {
    expect(make).toThrow(message);
  });

  it('in imageFolder', async () => {
    await expect(imageFolder('pngs', wrong({ size: 28 }))).rejects.toThrow(/imageFolder: unknown option size/);
    await expect((imageFolder as (path: string) => Promise<unknown>)('pngs')).rejects.toThrow();
  });
});

describe('encode', () => {
  const model = explicitVae({ ...base, latent: euclidean(2) });
  it.each([
    [() => model.encode([[0, 1, 255]]), /encode\(x\): the likelihood bernoulli needs data in \[0, 1\]; row 0 has 255 in column 2\. Scale/],
    [() => model.encode(Float32Array.of(0, 1, 1, 0, -1, 0)), /row 1 has -1 in column 1/],
    [() => model.encode(Float32Array.of(0, 1)), /a positive multiple of 3 numbers; got 2 numbers in a Float32Array/],
    [() => model.encode([[0, 1, 1]], wrong({ sed: 1 })), /encode: unknown option sed; expected some of seed, noise, deterministic/],
    [() => model.encode([[0, 1, 1]], wrong(3 as never)), /encode: expected options such as \{ seed: … \}; got 3/],
    [() => model.encode([[0, 1, 1]], { seed: wrong('a' as never) }), /encode: seed must be a whole number; got "a"/],
    [
      () => model.encode([[0, 1, 1]], { deterministic: true, noise: tf.zeros([1, 2]) }),
      /encode: deterministic leaves noise out; give one or the other/,
    ],
    [() => model.score([[0, 1]], [[0, 1, 1]]), /score: explicitVae with kl learns no energy/],
    [() => model.generate(wrong(undefined as never)), /generate: expected options such as \{ n: … \}/],
    [() => model.compile(wrong({ optimiser: 'sgd' })), /compile: unknown option optimiser; expected some of optimizer/],
  ])('refuses data and options that are wrong: %#', (act, message) => {
    expect(act).toThrow(message);
  });

  it('takes numbers in a row, as csvRows and imageFolder give them', () => {
    const [rows, flat] = [
      model.encode(
        [
          [0, 1, 1],
          [1, 0, 0.5],
        ],
        { seed: 1 },
      ),
      model.encode(Float32Array.of(0, 1, 1, 1, 0, 0.5), { seed: 1 }),
    ];
    expect(flat.arraySync()).toEqual(rows.arraySync());
  });
});

describe('the optimiser by default', () => {
  const beta1 = (model: ReturnType<typeof wae>): number => {
    let used: { beta1?: number } = {};
    const { optimizer } = { optimizer: tf.train.adam };
    const spy = (rate: number, beta?: number) => {
      used = { beta1: beta ?? 0.9 };
      return optimizer(rate, beta);
    };
    const { adam } = tf.train;
    Object.assign(tf.train, { adam: spy });
    model.compile();
    Object.assign(tf.train, { adam });
    return used.beta1 as number;
  };
  it('has little momentum where networks follow each other', () => {
    expect(beta1(implicitVae(base))).toBe(0.5);
    expect(beta1(wae({ ...base, regulariser: 'gan' }))).toBe(0.5);
    expect(beta1(wae({ ...base, regulariser: 'mmd' }))).toBe(0.9);
    expect(beta1(explicitVae(base))).toBe(0.9);
  });
});

describe('models of another kind', () => {
  const latent = implicitVae(base);
  const energy = energyModel({ manifold: sphere(2) });
  it('are named where they are exported', async () => {
    await expect(exportEnergyModel(latent as never)).rejects.toThrow(
      /expected an energy model.*got a latent variable model: use exportLatentModel/,
    );
    await expect(exportLatentModel(energy as never)).rejects.toThrow(
      /exportLatentModel: expected a latent.*got an energy model: use exportEnergyModel/,
    );
    await expect(exportLatentPart(undefined as never, 'decoder')).rejects.toThrow(
      /exportLatentPart: expected a latent variable model.*got undefined/,
    );
    await expect(exportLatentPart(explicitVae(base), 'estimator')).rejects.toThrow(/^exportLatentPart: explicitVae/);
  });

  it('are named where they are loaded', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kinds-'));
    await latent.save(join(folder, 'latent'));
    await energy.save(join(folder, 'energy'));
    await expect(loadEnergyModel(join(folder, 'latent'))).rejects.toThrow(/Load a latent variable model with loadLatentModel/);
    await expect(loadLatentModel(join(folder, 'energy'))).rejects.toThrow(/load an energy model with loadEnergyModel/);
    await expect(loadLatentModel(join(folder, 'none'))).rejects.toThrow(/^loadLatentModel: no saved model at/);
    const file = join(folder, 'latent', 'model.json');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 900));
    await expect(loadLatentModel(join(folder, 'latent'))).rejects.toThrow(/^loadLatentModel: .*model\.json is damaged, or cut short/);
  });
});

describe('latentLikelihood', () => {
  const model = explicitVae({ ...base, latent: euclidean(2) });
  it('refuses data that the model cannot have observed', async () => {
    const grey = tf.tensor2d([[0, 1, 0.5]]);
    await expect(latentLikelihood(densityOf(model), grey)).rejects.toThrow(
      /latentLikelihood\(x\): the likelihood bernoulli is of binary data, 0 or 1; row 0 has 0.5 in column 2/,
    );
    await expect(latentLikelihood(model as never, grey)).rejects.toThrow(/expected a density, such as densityOf\(model\)/);
  });
});
