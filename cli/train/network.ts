import type { LayersModel } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { bumpEnergy, type Manifold, mlpEnergy } from '../../plugin/index.ts';
import { InputError } from '../errors.ts';
import type { NetworkName } from './names.ts';
import type { Width } from './smoothing.ts';

export interface NetworkFlags {
  readonly network: NetworkName;
  readonly hidden?: readonly number[];
  readonly bumps?: number;
  readonly seed: number;
}

/** A network, and how it is trained unless the user says otherwise. */
export interface Recipe {
  readonly network: LayersModel;
  /** Adam's, at the beginning. */
  readonly learningRate: number;
  /** Decay of the average of weights; null: none. */
  readonly averaging: number | null;
}

/** Bumps serve up to here; their number would have to grow exponentially with the dimension. */
const BUMPS_DIMENSION = 2;

const chosen = ({ network, hidden, bumps }: NetworkFlags, { name, dim }: Manifold): 'mlp' | 'bumps' => {
  if (network === 'convolutional')
    throw new InputError('--network convolutional: for images, with --model implicit-vae and the like; an energy has bumps or mlp.');
  if (network !== 'auto') return network;
  if (hidden !== undefined || bumps !== undefined) return hidden === undefined ? 'bumps' : 'mlp';
  return name.startsWith('sphere:') && (dim as number) <= BUMPS_DIMENSION ? 'bumps' : 'mlp';
};

/**
 * The network that the options ask for: bumps on S¹ and S², a multilayer perceptron elsewhere and where widths are given.
 *
 * @param points those to train on, where bumps begin; not those to validate on
 */
export function recipeOf(
  flags: NetworkFlags,
  manifold: Manifold,
  smoothing: Width | undefined,
  points: readonly ArrayLike<number>[],
): Recipe {
  const { hidden, bumps, seed } = flags;
  if (chosen(flags, manifold) === 'mlp')
    return { network: mlpEnergy({ manifold, seed, ...(hidden && { hidden }) }), learningRate: 2e-3, averaging: null };
  // A row that is off the sphere is for `fit` to refuse, which knows its line.
  const centres = tf.tidy(() => manifold.project(tf.tensor2d(points.map((row) => Array.from(row)))));
  const network = bumpEnergy({
    manifold,
    seed,
    points: centres,
    ...(bumps !== undefined && { bumps }),
    ...(smoothing && { width: smoothing.from }),
  });
  centres.dispose();
  return { network, learningRate: 3e-2, averaging: 0.995 };
}
