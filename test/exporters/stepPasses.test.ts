import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import type { Exported } from '../../exporters/exportOnnx.ts';
import type { Graph } from '../../exporters/ir/graph.ts';
import { type Size, symbol } from '../../exporters/ir/size.ts';
import { lower } from '../../exporters/lowerings/lower.ts';
import { targetFor } from '../../exporters/onnx/target.ts';
import { writeModel } from '../../exporters/onnx/writer.ts';
import { openSession, type ParityInput } from '../../exporters/parity/session.ts';
import { widen, widenInput } from '../../exporters/parity/widen.ts';
import { optimise } from '../../exporters/passes/index.ts';
import { asProduct } from '../../exporters/passes/scalars.ts';
import { STEP_PASSES } from '../../exporters/passes/stepPasses.ts';
import { type ExportFunction, traceTarget } from '../../exporters/trace/targets.ts';
import { trace } from '../../exporters/trace/trace.ts';
import { mvlLd, register } from '../../plugin/index.ts';
import { randomStream } from '../../random/stream.ts';
import { checkNumbers, gradient, label, type Subject } from '../support/lowering.ts';
import { GROUPS } from './lowerings/cases/index.ts';

const write = (graph: Graph): Uint8Array =>
  writeModel({ main: graph, target: targetFor(undefined), metadata: () => ({}), producer: { name: 'test', version: '0' } });

beforeAll(async () => {
  await tf.ready();
  register();
});

/** The gradients of the lowering cases, optimised as training steps are: what these passes do to graphs that are no training steps. */
async function check(subject: Subject): Promise<void> {
  const specs = Object.fromEntries(Object.entries(subject.inputs).map(([name, { shape, dtype = 'float32' }]) => [name, { shape, dtype }]));
  const { name, fn, inputs } = traceTarget(subject.fn as ExportFunction, specs, undefined);
  const graph = optimise(lower(trace(name, fn, inputs)), STEP_PASSES);
  const compared = await checkNumbers({ ...subject, label: `step-${subject.label}` }, {
    bytes: write(graph),
    graph,
  } as unknown as Exported);
  expect(compared).toBeGreaterThanOrEqual(2);
}

describe('STEP_PASSES keep the numbers of the gradient of', () => {
  const cases = Object.values(GROUPS)
    .flat()
    .filter((entry) => entry.gradient !== undefined);
  it.each(cases.map((entry) => [label(entry), entry] as const))('%s', (_label, entry) => check(gradient(entry)));
});

const [D, H, N] = [3, 16, 20];
const SHAPES = [[D, H], [H], [H, H], [H], [H, 1], [1]];
const loss = mvlLd({ epsilon: 0.1 });

/** The gradient of an energy's MVL loss, and RMSProp's step without momentum. */
function step(x: tf.Tensor2D, z: tf.Tensor2D, ...state: tf.Tensor[]): Record<string, tf.Tensor> {
  const [parameters, squares, velocities] = [state.slice(0, 6), state.slice(6, 12), state.slice(12)];
  const objective = (...[w1, b1, w2, b2, w3, b3]: tf.Tensor[]): tf.Scalar => {
    const layer = (input: tf.Tensor, w: tf.Tensor, b: tf.Tensor) => tf.add(tf.matMul(input as tf.Tensor2D, w as tf.Tensor2D), b);
    const hidden = (input: tf.Tensor) => tf.tanh(layer(tf.tanh(layer(input, w1, b1)), w2, b2));
    return loss((input) => tf.squeeze(layer(hidden(input), w3, b3), [1]), x, z);
  };
  const { value, grads } = tf.valueAndGrads(objective)(parameters);
  const out: Record<string, tf.Tensor> = { loss: value };
  grads.forEach((g, i) => {
    const square = tf.add(tf.mul(squares[i], 0.9), tf.mul(tf.square(g), 0.1));
    const velocity = tf.add(tf.mul(velocities[i], 0), tf.div(tf.mul(g, 0.01), tf.sqrt(tf.add(square, 1e-7))));
    Object.assign(out, { [`p${i}`]: tf.sub(parameters[i], velocity), [`m${i}`]: square, [`v${i}`]: velocity });
  });
  return out;
}

function stepInputs(batch: Size) {
  const data = ['x', 'z'].map((name) => ({ name, shape: [batch, D], dtype: 'float32' as const }));
  const state = ['p', 'm', 'v'].flatMap((kind) => SHAPES.map((shape, i) => ({ name: `${kind}${i}_in`, shape, dtype: 'float32' as const })));
  return [...data, ...state];
}

const values: readonly ParityInput[] = stepInputs(N).map(({ name, shape }, key) => {
  const stream = randomStream(5, key);
  const data = Float32Array.from({ length: shape.reduce<number>((a, b) => a * (b as number), 1) }, () =>
    name.startsWith('m') ? 0.01 * stream.gaussian() ** 2 : 0.5 * stream.gaussian(),
  );
  return { name, dtype: 'float32', shape: shape as number[], data };
});

async function run(graph: Graph, inputs: readonly ParityInput[]): Promise<Record<string, ArrayLike<number>>> {
  const session = await openSession(ort, write(graph));
  const read = new Set(graph.inputs.map(({ name }) => name));
  const results = await session.run(inputs.filter(({ name }) => read.has(name)));
  await session.release();
  return results;
}

/** The largest difference relative to the largest entry. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const scale = Math.max(...Array.from(b, Math.abs), 1e-30);
  return Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]))) / scale;
}

describe.each([
  ['closed', N],
  ['open', symbol('batch')],
] as const)('a training step with a batch size that is %s', (_name, batch) => {
  let raw: Graph;
  beforeAll(() => {
    raw = lower(trace('step', step as never, stepInputs(batch)));
  });

  it('computes the same in double precision', async () => {
    const wide = values.map(widenInput);
    const [expected, actual] = [await run(widen(optimise(raw)), wide), await run(widen(optimise(raw, STEP_PASSES)), wide)];
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    // Constants are stored as float32, and 1/ε takes the difference of two energies that agree in the first two digits.
    for (const [name, numbers] of Object.entries(expected)) expect([name, difference(actual[name], numbers) < 1e-5]).toEqual([name, true]);
  });

  it('rounds no more than before', async () => {
    const exact = await run(widen(optimise(raw)), values.map(widenInput));
    const [before, after] = [await run(optimise(raw), values), await run(optimise(raw, STEP_PASSES), values)];
    const worst = (results: Record<string, ArrayLike<number>>) =>
      Math.max(...Object.entries(exact).map(([name, numbers]) => difference(results[name], numbers)));
    expect(worst(before)).toBeLessThan(1e-3);
    // Either order of the sums may be the luckier one, by a factor of 2 or so.
    expect(worst(after)).toBeLessThan(4 * worst(before));
  });

  it('keeps inputs and outputs by name, order and shape', () => {
    const signature = ({ inputs, outputs }: Graph) => [inputs, outputs].map((list) => list.map(({ name, value }) => [name, value.shape]));
    expect(signature(optimise(raw, STEP_PASSES))).toEqual(signature(optimise(raw)));
  });

  it('has two products of the hidden layer less, of the nine behind the two forward ones', () => {
    const squares = (graph: Graph): number =>
      graph.nodes.map(asProduct).filter((product) => {
        const sizes = [...(product?.a.shape ?? [1]), ...(product?.b.shape ?? [1])];
        return !sizes.includes(1) && !sizes.includes(D);
      }).length;
    expect([squares(optimise(raw)), squares(optimise(raw, STEP_PASSES))]).toEqual([9, 7]);
  });
});
