import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { makeOptimizer, optimizerBlocks, restoreOptimizer, setLearningRate } from '../../../plugin/training/optimizers.ts';

const NAMES = ['adam', 'adamax', 'adagrad', 'adadelta', 'rmsprop', 'sgd'];

/** Steps of an optimiser down Σ wᵢ⁴, on two variables. */
function walk(optimizer: tf.Optimizer, w: tf.Variable[], steps: number): void {
  for (let i = 0; i < steps; i++)
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => tf.addN(w.map((v) => tf.sum(tf.pow(v, 4)))) as tf.Scalar, w);
      optimizer.applyGradients(grads);
    });
}

const fresh = () => [tf.variable(tf.tensor1d([1, -0.5])), tf.variable(tf.scalar(0.3))];
const values = (w: tf.Variable[]) => w.flatMap((v) => Array.from(v.dataSync()));

describe('the state of an optimiser', () => {
  it.each([...NAMES, 'momentum', 'centred rmsprop'])('%s goes on bit for bit from what was read of it', async (name) => {
    const make = () =>
      name === 'momentum'
        ? tf.train.momentum(0.1, 0.9)
        : name === 'centred rmsprop'
          ? tf.train.rmsprop(0.01, 0.9, 0.5, 1e-7, true)
          : makeOptimizer(name);
    const [whole, first] = [make(), make()];
    const straight = fresh();
    walk(whole, straight, 9);

    const stopped = fresh();
    walk(first, stopped, 4);
    const blocks = await optimizerBlocks(first);
    const second = make();
    const resumed = stopped.map((v) => tf.variable(v));
    restoreOptimizer(second, blocks, first.iterations);
    walk(second, resumed, 5);
    expect(values(resumed)).toEqual(values(straight));
    expect(second.iterations).toBe(whole.iterations);

    // Into a used optimiser, of which nothing must stay.
    const used = make();
    walk(used, fresh(), 3);
    const again = stopped.map((v) => tf.variable(v));
    restoreOptimizer(used, blocks, first.iterations);
    walk(used, again, 5);
    expect(values(again)).toEqual(values(straight));
  });

  it('leaves no tensors behind', async () => {
    const optimizer = makeOptimizer('adam');
    const w = fresh();
    walk(optimizer, w, 1);
    const blocks = await optimizerBlocks(optimizer);
    const before = tf.memory().numTensors;
    restoreOptimizer(optimizer, blocks, 1);
    walk(optimizer, w, 1);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('makeOptimizer', () => {
  it.each(NAMES)('knows %s', (name) => expect(makeOptimizer(name.toUpperCase()).getClassName().toLowerCase()).toContain(name));
  it.each(['adamw', 'toString'])('refuses %s', (name) =>
    expect(() => makeOptimizer(name)).toThrow(/unknown optimizer.*expected one of adam, /),
  );
});

describe('setLearningRate', () => {
  it.each(['sgd', 'adam'])('changes the next step of %s', (name) => {
    const moved = (rate: number) => {
      const [w] = fresh();
      const optimizer = makeOptimizer(name);
      setLearningRate(optimizer, rate);
      walk(optimizer, [w], 1);
      return Math.abs(1 - w.dataSync()[0]);
    };
    // One step of both is proportional to the rate; float32 leaves 7 digits of w.
    expect(moved(0.02) / moved(0.01)).toBeCloseTo(2, 3);
  });
});
