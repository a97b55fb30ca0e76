import type { Scalar, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

/** Moving averages of variables, as variables of their own. */
export interface Averages {
  /** What each average follows, by name. */
  readonly names: ReadonlyMap<Variable, string>;
  /** a ← a + share · (v − a), as `fit` does. */
  move(share: Scalar): void;
  dispose(): void;
}

/** Averages that begin where the variables are. They are named `average/…`, since a file shows their names. */
export function averagesOf(variables: readonly Variable[]): Averages {
  const pairs = variables.map((variable) => ({ variable, average: tf.variable(variable, false, `average/${variable.name}`) }));
  return {
    names: new Map(pairs.map(({ variable, average }) => [average, variable.name])),
    move: (share) => {
      tf.tidy(() => {
        for (const { variable, average } of pairs) average.assign(tf.add(average, tf.mul(share, tf.sub(variable, average))));
      });
    },
    dispose: () => tf.dispose(pairs.map(({ average }) => average)),
  };
}
