import { explicitVae, implicitVae, type LatentModel, wae } from '../../../models/index.ts';
import type { ModelOptions } from '../../../models/latent/modelOptions.ts';
import type { LatentName } from '../names.ts';

interface Kind {
  make(options: ModelOptions): LatentModel;
  /** Whether the regulariser is known, and not up to a constant only. */
  readonly known: boolean;
}

/** The models by their names on the command line. */
export const KINDS: Readonly<Record<LatentName, Kind>> = {
  'implicit-vae': { make: implicitVae, known: false },
  'explicit-vae': { make: explicitVae, known: true },
  'wae-mvl': { make: (options) => wae({ ...options, regulariser: 'mvl' }), known: false },
  'wae-gan': { make: (options) => wae({ ...options, regulariser: 'gan' }), known: true },
  'wae-mmd': { make: (options) => wae({ ...options, regulariser: 'mmd' }), known: true },
};
