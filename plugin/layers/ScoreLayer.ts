import type { LayersModel, LayerVariable, Shape, serialization, Tensor, Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { networkEnergy } from '../energy/networkEnergy.ts';
import { scoreOf } from '../losses/scoreOf.ts';
import type { Manifold } from '../manifolds/manifold.ts';
import { parseManifold } from '../manifolds/parseManifold.ts';
import { networkConfig, networkFrom, pointsShape } from './networkConfig.ts';

export interface ScoreLayerConfig {
  /** An energy, as `energyModel` takes them: `[batch, m]` → `[batch, 1]`, or → `[batch, m]`, read as ⟨f(x), x⟩. Its weights become the layer's. */
  readonly network: LayersModel;
  /** A manifold, or its name as in `sphere:2`; what is saved is the name. Default: flat space. */
  readonly manifold?: Manifold | string;
  readonly name?: string;
}

/** x `[batch, m]` → the score −grad E(x), `[batch, m]`, of an energy network; on a manifold a tangent vector at x. Differentiable, as all scores here are. */
export class ScoreLayer extends tf.layers.Layer {
  static readonly className = 'ScoreLayer';
  private readonly network: LayersModel;
  private readonly manifold: Manifold;

  constructor({ name, network, manifold = 'euclidean' }: ScoreLayerConfig) {
    super({ ...(name !== undefined && { name }), batchInputShape: pointsShape('ScoreLayer', network) });
    this.network = network;
    this.manifold = typeof manifold === 'string' ? parseManifold(manifold) : manifold;
    // Checks that they fit each other.
    networkEnergy(network, this.manifold);
  }

  override get trainableWeights(): LayerVariable[] {
    return this.network.trainableWeights;
  }
  override get nonTrainableWeights(): LayerVariable[] {
    return this.network.nonTrainableWeights;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return inputShape as Shape;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as Tensor2D;
    return scoreOf(networkEnergy(this.network, this.manifold), this.manifold)(x);
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), manifold: this.manifold.name, network: networkConfig(this.network) };
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    { network, ...config }: serialization.ConfigDict,
  ): T {
    return new cls({ ...config, network: networkFrom(network as serialization.ConfigDict) } as unknown as serialization.ConfigDict);
  }
}
