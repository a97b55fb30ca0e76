import type { NamedTensorMap, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { LatentModel } from '../models/latent/latentModel.ts';
import { compileGraph } from './exportOnnx.ts';
import type { Graph } from './ir/graph.ts';
import { type Size, symbol } from './ir/size.ts';
import type { TracedInput } from './trace/traceOnce.ts';

const batch = symbol('batch');
const rows = (name: string, columns: Size): TracedInput => ({ name, shape: [batch, columns], dtype: 'float32' });

/** The parts of a latent variable model that leave as graphs. */
export type LatentPart = 'encoder' | 'decoder' | 'estimator' | 'prior' | 'generator' | 'geodesic';

/** The columns of a code, m. */
const codeColumns = ({ latent }: LatentModel): number => latent.ambientDim as number;

const GRAPHS: Readonly<Record<LatentPart, (model: LatentModel) => Graph>> = {
  /** Data and noise to codes. */
  encoder: (model) => {
    const { posterior } = model.parts;
    const inputs = posterior.noise.map(({ name, columns }) => rows(name, columns));
    return compileGraph(
      'encoder',
      (x, ...noise) => {
        const named: NamedTensorMap = Object.fromEntries(inputs.map(({ name }, i) => [name, noise[i]]));
        return { z: posterior.draw(x as Tensor2D, named).z };
      },
      [rows('x', model.columns), ...inputs],
    );
  },
  /** Codes to the means of the data. */
  decoder: (model) => compileGraph('decoder', (z) => ({ x: model.decode(z as Tensor2D) }), [rows('z', codeColumns(model))]),
  /** Codes, and where their law depends on data those, to energies and scores. */
  estimator: (model) => {
    const { codeEnergy } = model;
    if (codeEnergy === null)
      throw new Error(`exportLatentPart: ${model.name} with ${model.parts.regulariser.name} learns no energy of codes.`);
    return compileGraph(
      'estimator',
      (z, x) => ({ energy: model.energy(z as Tensor2D, x as Tensor2D), score: model.score(z as Tensor2D, x as Tensor2D) }),
      [rows('z', codeColumns(model)), ...(codeEnergy.conditional ? [rows('x', model.columns)] : [])],
    );
  },
  /** Standard normal noise to codes of the prior. */
  prior: (model) =>
    compileGraph('prior', (noise) => ({ z: tf.clone(model.latent.fromGaussian(noise as Tensor2D)) }), [rows('noise', codeColumns(model))]),
  /** Standard normal noise to the means of new data. */
  generator: (model) =>
    compileGraph('generator', (noise) => ({ x: model.decode(model.latent.fromGaussian(noise as Tensor2D)) }), [
      rows('noise', codeColumns(model)),
    ]),
  /** The code at a share t of the shortest geodesic from one to another. */
  geodesic: ({ latent }) =>
    compileGraph(
      'geodesic',
      (from, to, t) => {
        const velocity = latent.log(from as Tensor2D, to as Tensor2D);
        return { z: latent.project(latent.exp(from as Tensor2D, tf.mul(t, velocity) as Tensor2D)) };
      },
      [rows('from', latent.ambientDim as number), rows('to', latent.ambientDim as number), rows('t', 1)],
    ),
};

export const LATENT_PARTS = Object.keys(GRAPHS) as LatentPart[];

export const latentGraph = (model: LatentModel, part: LatentPart): Graph => GRAPHS[part](model);

/** What draws the inputs of a part that are noise, by name. */
export function noiseCards(model: LatentModel, part: LatentPart): Record<string, { distribution: string; shape: (number | string)[] }> {
  const card = (distribution: string, columns: number) => ({ distribution, shape: ['batch', columns] });
  if (part === 'prior' || part === 'generator') return { noise: card('gaussian', codeColumns(model)) };
  if (part !== 'encoder') return {};
  return Object.fromEntries(model.parts.posterior.noise.map(({ name, columns, distribution }) => [name, card(distribution, columns)]));
}
