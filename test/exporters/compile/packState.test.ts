import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Optimizer, Scalar, Tensor2D, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { onnxruntimeExecutor } from '../../../exporters/compile/executor.ts';
import { type Pack, packState } from '../../../exporters/compile/packState.ts';
import { stepGraph } from '../../../exporters/compile/stepGraph.ts';
import { traceStep } from '../../../exporters/compile/traceStep.ts';
import { verify } from '../../../exporters/ir/verify.ts';
import { register } from '../../../plugin/index.ts';
import type { StepProgram } from '../../../plugin/training/executor.ts';

beforeAll(async () => {
  await tf.ready();
  register();
});

const N = 6;

/** Regression of x₀² by a net of layers `[size, size]`, with a bias that is not used. */
function programOf(
  optimizer: Optimizer,
  layers: readonly [number, number][],
  decayed: readonly number[] = [],
): StepProgram & { readonly weights: Variable[] } {
  const weights = layers.map(([rows, columns], i) => tf.variable(tf.randomUniform([rows, columns], -1, 1, 'float32', i), true));
  const unused = tf.variable(tf.ones([3]));
  const all = [...weights, unused];
  const loss = (x: Tensor2D) => (): Scalar => {
    const y = weights.reduce((h, w) => tf.matMul(tf.tanh(h), w as Tensor2D), x);
    return tf.add(tf.mean(tf.square(tf.sub(y, tf.square(tf.slice(x, [0, 0], [-1, 1]))))), tf.mul(0, tf.sum(unused)));
  };
  return {
    weights: all,
    name: 'step',
    optimizer,
    data: { x: tf.randomUniform([N, layers[0][0]], -1, 1, 'float32', 99) },
    inputs: [],
    step: ({ x }) =>
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(loss(x as Tensor2D), all);
        for (const i of decayed) all[i].assign(tf.mul(all[i], 0.9));
        optimizer.applyGradients(grads);
        return { loss: value };
      }),
    rows: () => Int32Array.from({ length: N }, (_, i) => i),
    draw: () => {},
    learningRate: () => null,
  };
}

/** The states of each pack by their places among the weights: `rms 0` is what the optimiser keeps as rms of the first. */
function packsOf(program: ReturnType<typeof programOf>) {
  const { graph, state } = traceStep(program);
  const carried = state.flatMap(({ input, output }) => (output === null ? [] : [{ input, output }]));
  const step = stepGraph(graph, program.data, N);
  const { step: packed, packs } = packState(step, carried);
  verify(packed);
  const places = new Map(program.weights.map(({ name }, i) => [name, String(i)]));
  const named = ({ parts }: Pack): string[] =>
    parts.map(({ input }) => {
      const [, of, slot] = input.split('/');
      return slot === undefined ? (places.get(input) ?? input) : `${slot} ${places.get(of)}`;
    });
  const count = (ops: readonly { op: string }[], op: string): number => ops.filter((node) => node.op === op).length;
  return { packs: packs.map(named), ops: (op: string) => [count(step.nodes, op), count(packed.nodes, op)] };
}

const LAYERS: readonly [number, number][] = [
  [2, 4],
  [4, 5],
  [5, 1],
];

describe('Parameters with the same update formula share it', () => {
  it('in one vector for each kind of state; one without a gradient stays alone', () => {
    const { packs, ops } = packsOf(programOf(tf.train.rmsprop(0.1), LAYERS));
    expect(packs.filter(({ length }) => length > 1)).toEqual([
      ['0', '1', '2'],
      ['rms 0', 'rms 1', 'rms 2'],
      ['momentum 0', 'momentum 1', 'momentum 2'],
    ]);
    expect(
      packs
        .filter(({ length }) => length === 1)
        .flat()
        .sort(),
    ).toEqual(['3', 'momentum 3', 'rms 3']);
    // One root for the pack and one for the unused bias.
    expect(ops('Sqrt')).toEqual([4, 2]);
    // The gradients are joined, their squares are not.
    expect(ops('Concat')).toEqual([0, 1]);
    // Only the weights are read elsewhere.
    expect(ops('Split')).toEqual([0, 1]);
  });

  it('with numbers of their own, such as the powers of Adam, beside them', () => {
    const { packs } = packsOf(programOf(tf.train.adam(0.1), LAYERS));
    expect(packs.filter(({ length }) => length > 1).length).toBe(3);
    expect(packs.flat().length).toBe(4 * 3 + 2);
  });

  it('apart from those whose formula differs, and from large ones', () => {
    const { packs } = packsOf(
      programOf(
        tf.train.sgd(0.1),
        [
          [2, 4],
          [4, 150],
          [150, 120],
          [120, 1],
        ],
        [0, 3],
      ),
    );
    expect(packs.filter(({ length }) => length > 1)).toEqual([['0', '3']]);
  });

  it('and end where tfjs ends', async () => {
    const make = () => tf.train.adam(0.05);
    const [own, theirs] = [programOf(make(), LAYERS), programOf(make(), LAYERS)];
    const runner = await onnxruntimeExecutor(ort).start(own);
    await runner.take(0, 7);
    await runner.sync();
    for (let i = 0; i < 7; i++) theirs.step(theirs.data, {}).loss.dispose();
    for (const [i, weight] of own.weights.entries()) {
      const expected = theirs.weights[i].dataSync();
      for (const [k, value] of weight.dataSync().entries()) expect(value).toBeCloseTo(expected[k], 5);
    }
    await runner.dispose();
  });
});
