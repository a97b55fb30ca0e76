import type { io, LayersModel } from '@tensorflow/tfjs';
import { register } from '../../plugin/gradients/register.ts';
import { parseManifold } from '../../plugin/manifolds/parseManifold.ts';
import { explicitVaeOf } from '../explicitVae/explicitVae.ts';
import { implicitVaeOf } from '../implicitVae/implicitVae.ts';
import { type WaeSettings, waeOf } from '../wae/wae.ts';
import type { LatentModel } from './latentModel.ts';
import { parseLikelihood } from './likelihood.ts';
import type { ModelBase } from './modelOptions.ts';
import { type LatentFacts, loadContainer } from './saveLatent.ts';

type Rebuild = (base: Omit<ModelBase, 'networks'>, networks: Readonly<Record<string, LayersModel>>, facts: LatentFacts) => LatentModel;

const KINDS: Readonly<Record<string, Rebuild>> = {
  implicitVae: (base, networks, { summary }) => implicitVaeOf(base, networks, undefined, summary),
  explicitVae: (base, networks, { summary }) => explicitVaeOf(base, networks, summary),
  wae: (base, networks, { summary, settings }) => waeOf(base, networks, settings as unknown as WaeSettings, summary),
};

/**
 * Loads a model that `LatentModel.save` wrote.
 *
 * @param url a folder (`file://…` or a path, in Node), or any url or handler that tfjs knows
 * @throws Error where there is none, or one of a kind or with a likelihood that this version does not know
 */
export async function loadLatentModel(url: string | io.IOHandler): Promise<LatentModel> {
  register();
  const { networks, facts } = await loadContainer(url);
  const { kind, latent, likelihood, weight, seed } = facts;
  if (!Object.hasOwn(KINDS, kind)) throw new Error(`loadLatentModel: unknown kind of model "${kind}"; was it saved by a later version?`);
  const base = {
    latent: parseManifold(latent),
    likelihood: parseLikelihood(likelihood),
    columns: networks.decoder.outputs[0].shape[1] as number,
    weight,
    facts: { latent, likelihood, weight, seed },
  };
  return KINDS[kind](base, networks, facts);
}
