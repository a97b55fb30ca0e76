import { explicitVae, implicitVae, type LatentModel, wae } from '../../../models/index.ts';
import type { ModelOptions } from '../../../models/latent/modelOptions.ts';
import type { LatentName } from '../names.ts';

interface Kind {
  make(options: ModelOptions): LatentModel;
  /** Adam's β₁: little, where an energy or a critic learns beside the encoder and each has to follow the other. */
  readonly momentum: number;
  /** Whether the regulariser is known, and not up to a constant only. */
  readonly known: boolean;
}

/** The models by their names on the command line. */
export const KINDS: Readonly<Record<LatentName, Kind>> = {
  'implicit-vae': { make: implicitVae, momentum: 0.5, known: false },
  'explicit-vae': { make: explicitVae, momentum: 0.9, known: true },
  'wae-mvl': { make: (options) => wae({ ...options, regulariser: 'mvl' }), momentum: 0.5, known: false },
  'wae-gan': { make: (options) => wae({ ...options, regulariser: 'gan' }), momentum: 0.5, known: true },
  'wae-mmd': { make: (options) => wae({ ...options, regulariser: 'mmd' }), momentum: 0.9, known: true },
};
