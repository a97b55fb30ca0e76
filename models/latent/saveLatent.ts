import type { io, LayersModel } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { handlerOf } from '../../plugin/energy/folderHandler.ts';
import { registerLayers } from '../../plugin/layers/registerLayers.ts';
import { VERSION } from '../../plugin/version.ts';
import { networksIn } from './container.ts';
import type { LatentSummary } from './latentSummary.ts';
import { parseLikelihood } from './likelihood.ts';

/** Where the model's own facts are, in tfjs's userDefinedMetadata. */
const KEY = 'tfjs-mvl latent';

/** What a saved model has beside its networks. */
export interface LatentFacts {
  readonly version: string;
  readonly kind: string;
  /** Name of the latent manifold. */
  readonly latent: string;
  readonly likelihood: string;
  readonly weight: number;
  readonly seed: number;
  /** Settings of the kind; null: parts of the caller's own, which cannot be put together again. */
  readonly settings: Readonly<Record<string, unknown>> | null;
  readonly summary: LatentSummary | null;
}

/** Whether a file can name the likelihood. */
function isKnown(likelihood: string): boolean {
  try {
    parseLikelihood(likelihood);
    return true;
  } catch {
    return false;
  }
}

/** @throws Error where the model has parts of the caller's own */
export async function saveContainer(
  container: LayersModel,
  url: string | io.IOHandler,
  facts: Omit<LatentFacts, 'version'>,
): Promise<void> {
  if (facts.settings === null || !isKnown(facts.likelihood))
    throw new Error(
      `save: this model has ${facts.settings === null ? 'an objective' : `a likelihood, ${facts.likelihood},`} of your own, which a file cannot describe. Save its networks one by one, model.networks.decoder.save(…), or export them to ONNX.`,
    );
  // A copy without undefined values, which tfjs would refuse.
  container.setUserDefinedMetadata({ [KEY]: JSON.parse(JSON.stringify({ version: VERSION, ...facts })) });
  await container.save(handlerOf(url));
}

/** @throws where there is no model, or one that `save` did not write */
export async function loadContainer(url: string | io.IOHandler): Promise<{ networks: Record<string, LayersModel>; facts: LatentFacts }> {
  registerLayers();
  const container = await tf.loadLayersModel(handlerOf(url, 'loadLatentModel'));
  const facts = (container.getUserDefinedMetadata() as Record<string, LatentFacts | undefined> | undefined)?.[KEY];
  if (facts !== undefined) return { networks: networksIn(container), facts };
  container.dispose();
  throw new Error(
    `loadLatentModel: ${typeof url === 'string' ? url : 'the handler'} has a tfjs model that no latent variable model saved; load an energy model with loadEnergyModel, others with tf.loadLayersModel.`,
  );
}
