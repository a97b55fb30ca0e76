import type { LayersModel, NamedTensorMap, Scalar } from '@tensorflow/tfjs';
import type { NoiseInput } from './noiseInput.ts';
import type { Draw } from './posterior.ts';

/** What keeps the codes of an encoder near the prior. */
export interface Regulariser {
  readonly name: string;
  /** What decides its terms beside networks and noise: a run that is resumed must have the same. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Networks of its own, by name, that it learns beside the model. */
  readonly networks: Readonly<Record<string, LayersModel>>;
  /** What `terms` is given. */
  readonly noise: readonly NoiseInput[];
  /**
   * `penalty`: what the encoder descends, with the regulariser's own networks held fixed. `own`: what those descend, with the codes held fixed; null: there
   * are none. Both are means over the batch.
   */
  terms(draw: Draw, noise: NamedTensorMap): { readonly penalty: Scalar; readonly own: Scalar | null };
}
