import type { LayersModel, LayerVariable, Scalar, Shape, serialization, Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Energy } from '../energy/energy.ts';
import { networkEnergy } from '../energy/networkEnergy.ts';
import { isFlat } from '../manifolds/isFlat.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { parseManifold } from '../manifolds/parseManifold.ts';
import { type LossName, type LossSettings, namedObjective, type TermedObjective } from './namedObjectives.ts';
import { networkConfig, networkFrom, pointsShape } from './networkConfig.ts';
import { type NoiseSource, noiseSource } from './noiseSource.ts';

export interface ObjectiveLayerConfig {
  /** An energy, as `energyModel` takes them: `[batch, m]` → `[batch, 1]`, or → `[batch, m]`, read as ⟨f(x), x⟩. Its weights become the layer's. */
  readonly network: LayersModel;
  /** A manifold, or its name as in `sphere:2`; what is saved is the name. Default: flat space. */
  readonly manifold?: Manifold | string;
  /** Which loss, by the name of the function that makes it. Default: `mvlLd` in flat space, `mvlRld` elsewhere. */
  readonly loss?: LossName;
  /** The loss's own options, such as `{ epsilon: 0.01, noise: 'rademacher' }`. */
  readonly options?: LossSettings;
  /** Of the noise of the loss. Default 0. */
  readonly seed?: number;
  readonly name?: string;
}

/**
 * x `[batch, m]` → the terms of a loss of an energy network, `[batch, 1]`, whose mean is the loss: with `meanOutput` for the compiled loss, `model.fit`
 * of a `tf.LayersModel` trains the network. A compiled loss of tfjs sees no more than targets and outputs, and these losses need the energy at x⁻ and
 * its gradient, so they are computed in here.
 *
 * In training each call draws its noise anew from the seed, and `fitCompiled` makes it an input of the step; elsewhere the noise is always the same. Noise layers within the
 * network do not draw, as in `energyModel`; its regularisers count.
 *
 * @throws where the network does not fit the manifold, or as `namedObjective`
 */
export class ObjectiveLayer extends tf.layers.Layer {
  static readonly className = 'ObjectiveLayer';
  /** What the layer is made of: the network, and what draws. */
  readonly layers: readonly tf.layers.Layer[];
  private readonly network: LayersModel;
  private readonly settings: { manifold: string; loss: LossName; options: LossSettings; seed: number };
  private readonly objective: TermedObjective;
  private readonly energy: Energy;
  private readonly source: NoiseSource;

  constructor({ name, network, manifold: where = 'euclidean', loss, options = {}, seed = 0 }: ObjectiveLayerConfig) {
    super({ ...(name !== undefined && { name }), batchInputShape: pointsShape('ObjectiveLayer', network) });
    const manifold = typeof where === 'string' ? parseManifold(where) : where;
    this.network = network;
    this.settings = { manifold: manifold.name, loss: loss ?? (isFlat(manifold) ? 'mvlLd' : 'mvlRld'), options, seed };
    this.objective = namedObjective('ObjectiveLayer', this.settings.loss, manifold, options);
    this.energy = networkEnergy(network, manifold);
    this.source = noiseSource(`${this.name}_noise`, seed);
    this.layers = [network, this.source.layer];
  }

  override get trainableWeights(): LayerVariable[] {
    return this.network.trainableWeights;
  }
  override get nonTrainableWeights(): LayerVariable[] {
    return this.network.nonTrainableWeights;
  }

  override calculateLosses(): Scalar[] {
    return this.network.calculateLosses();
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [(inputShape as Shape)[0], 1];
  }

  /** Noise of the loss, `[batch, …]`; signs are those of normal numbers. */
  private noise(x: Tensor2D, training: boolean): Tensor | undefined {
    const spec = this.objective.noise;
    if (spec === null) return undefined;
    const normal = this.source.draw(spec.shape(x.shape), training);
    return spec.distribution === 'gaussian' ? normal : tf.sub(1, tf.mul(2, tf.cast(tf.less(normal, 0), 'float32')));
  }

  override call(inputs: Tensor | Tensor[], { training = false }: { readonly training?: boolean } = {}): Tensor {
    return tf.tidy(() => {
      const x = (Array.isArray(inputs) ? inputs[0] : inputs) as Tensor2D;
      return tf.expandDims(this.objective.terms(this.energy, x, this.noise(x, training)), 1);
    });
  }

  override getConfig(): serialization.ConfigDict {
    const config = { ...super.getConfig(), ...this.settings, network: networkConfig(this.network) };
    return config as unknown as serialization.ConfigDict;
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    { network, ...config }: serialization.ConfigDict,
  ): T {
    return new cls({ ...config, network: networkFrom(network as serialization.ConfigDict) } as unknown as serialization.ConfigDict);
  }
}
