import { mkdirSync, writeFileSync } from 'node:fs';
import { exportEnergyModel, exportLatentModel, exportTrainStep } from '../../../exporters/index.ts';
import { bumpEnergy } from '../../../models/energies/index.ts';
import { implicitVae } from '../../../models/implicitVae/implicitVae.ts';
import { mlpNetworks } from '../../../models/networks/mlpNetworks.ts';
import { energyModel } from '../../../plugin/energy/energyModel.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { tinyModel } from '../../support/tinyModel.ts';

const FOLDER = 'test/browser/output/models';

/** Puts models beside the harness, where its page fetches them; untrained, but of the size of real ones. */
export async function placeModels(): Promise<{ readonly step: Uint8Array }> {
  mkdirSync(FOLDER, { recursive: true });
  const manifold = sphere(2);
  const bumps = energyModel({ manifold, network: bumpEnergy({ manifold, bumps: 256, width: 0.1, seed: 1 }) });
  const vae = implicitVae({ latent: manifold, columns: 64, networks: mlpNetworks({ hidden: [64, 64] }), seed: 1 });
  writeFileSync(`${FOLDER}/bumps.onnx`, (await exportEnergyModel(bumps)).bytes);
  writeFileSync(`${FOLDER}/vae.onnx`, (await exportLatentModel(vae)).bytes);
  return { step: (await exportTrainStep(tinyModel(), {})).bytes };
}

export const MODEL_FILES = { bumps: 'models/bumps.onnx', vae: 'models/vae.onnx' } as const;

export const pathOf = (file: keyof typeof MODEL_FILES): string => `${FOLDER}/${file}.onnx`;
