import type { io, LayersModel } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { registerLayers } from '../layers/registerLayers.ts';
import { parseManifold } from '../manifolds/parseManifold.ts';
import type { TrainingSummary } from '../training/summary.ts';
import { VERSION } from '../version.ts';
import { handlerOf } from './folderHandler.ts';
import type { NoiseLevels } from './noiseLevels.ts';

/** Where the model's own facts are, in tfjs's userDefinedMetadata. */
const KEY = 'tfjs-mvl';

/** What a saved energy model has beside its network. */
interface Facts {
  readonly version: string;
  readonly manifold: string;
  readonly seed: number;
  readonly noiseLevels: NoiseLevels | null;
  readonly summary: TrainingSummary | null;
}

/** Saves a network in tfjs's layers format, with the rest of the model under userDefinedMetadata['tfjs-mvl']. */
export async function saveNetwork(network: LayersModel, url: string | io.IOHandler, facts: Omit<Facts, 'version'>): Promise<void> {
  const before = network.getUserDefinedMetadata() as Record<string, unknown> | undefined;
  // A copy without undefined values, which tfjs would refuse.
  const own = JSON.parse(JSON.stringify({ version: VERSION, ...facts }));
  network.setUserDefinedMetadata({ ...before, [KEY]: own });
  await network.save(handlerOf(url));
}

/** @throws where there is no model, or one that `save` did not write */
export async function loadNetwork(url: string | io.IOHandler) {
  registerLayers();
  const network = await tf.loadLayersModel(handlerOf(url, 'loadEnergyModel'));
  const facts = (network.getUserDefinedMetadata() as Record<string, Facts | undefined> | undefined)?.[KEY];
  if (facts === undefined) {
    network.dispose();
    throw new Error(
      `loadEnergyModel: ${typeof url === 'string' ? url : 'the handler'} has a tfjs model that was not saved by an energy model. ` +
        'Load a latent variable model with loadLatentModel; others with tf.loadLayersModel and give it to energyModel({ manifold, network }).',
    );
  }
  return {
    network,
    manifold: parseManifold(facts.manifold),
    seed: facts.seed,
    noiseLevels: facts.noiseLevels ?? null,
    summary: facts.summary,
  };
}
