import type { NamedTensorMap, Optimizer, Scalar, Tensor2D, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Energy } from '../energy/energy.ts';
import type { Objective } from '../losses/objective.ts';
import { learningRateOf } from './optimizers.ts';

/** Gradients scaled down together so that their joint Euclidean norm is at most `limit`. */
export function clipByGlobalNorm(gradients: NamedTensorMap, limit: number): NamedTensorMap {
  return tf.tidy(() => {
    const squares = Object.values(gradients).map((g) => tf.sum(tf.square(g)) as Scalar);
    const norm = tf.sqrt(tf.addN(squares));
    const factor = tf.div(limit, tf.maximum(norm, limit));
    return Object.fromEntries(Object.entries(gradients).map(([name, g]) => [name, tf.mul(g, factor)]));
  });
}

/** Decoupled weight decay, as in AdamW: w ← w − share · w, apart from what the optimiser makes of the gradient. */
function decay(variables: readonly Variable[], share: number): void {
  for (const variable of variables) variable.assign(tf.mul(variable, 1 - share));
}

/**
 * One step of the optimiser.
 *
 * @returns the loss before the step
 */
export function trainStep(
  {
    variables,
    optimizer,
    clipNorm,
    weightDecay,
  }: {
    variables: readonly Variable[];
    optimizer: Optimizer;
    clipNorm: number | null;
    weightDecay: number | null;
  },
  loss: () => Scalar,
): Scalar {
  return tf.tidy(() => {
    const { value, grads } = tf.variableGrads(loss, [...variables]);
    if (weightDecay !== null) decay(variables, learningRateOf(optimizer) * weightDecay);
    optimizer.applyGradients(clipNorm === null ? grads : clipByGlobalNorm(grads, clipNorm));
    return value;
  });
}

/**
 * The trainable variables that a loss of a plain energy function depends on, found by differentiating it once.
 *
 * @throws where there are none
 */
export function variablesOf(energy: Energy, objective: Objective, x: Tensor2D): Variable[] {
  const registered = tf.engine().registeredVariables;
  const names = tf.tidy(() => {
    const few = tf.slice(x, [0, 0], [Math.min(2, x.shape[0]), -1]);
    try {
      return Object.keys(tf.variableGrads(() => objective(energy, few)).grads);
    } catch (cause) {
      throw new Error(
        'fit: the loss does not depend on any trainable tf.Variable. Give energyModel a layers model, or an energy made of tf.variable(…).',
        { cause },
      );
    }
  });
  return names.map((name) => registered[name]);
}
