import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Optimizer, Scalar, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { splitAtMeans } from '../../exporters/blocks/splitAtMeans.ts';
import { repeatStep } from '../../exporters/compile/repeatStep.ts';
import { BATCH } from '../../exporters/compile/signature.ts';
import { blocksFor, stepGraph } from '../../exporters/compile/stepGraph.ts';
import { traceStep } from '../../exporters/compile/traceStep.ts';
import type { Graph } from '../../exporters/ir/graph.ts';
import { verify } from '../../exporters/ir/verify.ts';
import { targetFor } from '../../exporters/onnx/target.ts';
import { writeModel } from '../../exporters/onnx/writer.ts';
import type { StateVariable } from '../../exporters/trace/traceOnce.ts';
import { register } from '../../plugin/index.ts';
import type { StepProgram } from '../../plugin/training/executor.ts';
import { clipByGlobalNorm } from '../../plugin/training/trainStep.ts';
import { gaussians, type Loss, MEANS, OTHERS, type Weights, weights } from './blockLosses.ts';

beforeAll(async () => {
  await tf.ready();
  register();
});

const N = 24;

const onSphere = (x: Tensor): Tensor => tf.tidy(() => tf.div(x, tf.norm(x, 'euclidean', 1, true)));

type Step = (optimizer: Optimizer, all: Weights, loss: () => Scalar) => Scalar;

const plain: Step = (optimizer, all, loss) => optimizer.minimize(loss, true, Object.values(all)) as Scalar;
const clipped: Step = (optimizer, all, loss) => {
  const { value, grads } = tf.variableGrads(loss, Object.values(all));
  optimizer.applyGradients(clipByGlobalNorm(grads, 0.1));
  return value;
};

function programOf(loss: Loss, optimizer: Optimizer, step: Step): StepProgram & { readonly all: Weights } {
  const all = weights();
  return {
    all,
    name: 'step',
    optimizer,
    data: { x: onSphere(gaussians([40, 3], 5)) },
    inputs: [{ name: 'z', shape: ['batch', 3] }],
    step: (batch, inputs) => ({ loss: tf.tidy(() => step(optimizer, all, () => loss(all, { ...batch, ...inputs }) as Scalar)) }),
    rows: () => Int32Array.from({ length: N }, (_, i) => (7 * i) % 40),
    draw: () => {},
    learningRate: () => null,
  };
}

const write = (graph: Graph): Uint8Array =>
  writeModel({ main: graph, target: targetFor(undefined), metadata: () => ({}), producer: { name: 'test', version: '0' } });
const feed = (t: Tensor) => new ort.Tensor('float32', t.dataSync() as Float32Array, t.shape);

/** The loss and the new weights of a graph run once. */
async function run(graph: Graph, program: ReturnType<typeof programOf>, state: readonly StateVariable[], z: Tensor): Promise<number[]> {
  const session = await ort.InferenceSession.create(write(graph), { logSeverityLevel: 3 });
  const results = await session.run({
    ...Object.fromEntries(state.map(({ input, variable }) => [input, feed(variable)])),
    x: feed(program.data.x),
    z: feed(z),
    rows: new ort.Tensor('int32', program.rows(0), [N]),
    learningRate: new ort.Tensor('float32', Float32Array.of(0.1), []),
  });
  const ofWeights = Object.values(program.all).map((variable) => state.find((entry) => entry.variable === variable)?.output);
  const numbers = ['loss', ...ofWeights].flatMap((name) => (typeof name === 'string' ? [...(results[name].data as Float32Array)] : []));
  await session.release();
  return numbers;
}

const scans = (graph: Graph): number => graph.nodes.filter(({ op }) => op === 'Scan').length;

describe('A step in blocks is the step that tfjs takes on the whole batch', () => {
  const steps: [string, Loss, () => Optimizer, Step][] = [
    ...Object.entries(MEANS).map(([name, loss]): [string, Loss, () => Optimizer, Step] => [name, loss, () => tf.train.adam(0.1), plain]),
    ['MVL-LD, plain SGD', MEANS['MVL-LD'], () => tf.train.sgd(0.1), plain],
    ['MVL-LD, gradients clipped together', MEANS['MVL-LD'], () => tf.train.rmsprop(0.1), clipped],
  ];
  it.each(steps)('%s', async (_name, loss, optimizer, step) => {
    const program = programOf(loss, optimizer(), step);
    const { graph, state } = traceStep(program);
    const blocked = stepGraph(graph, program.data, N, 4);
    expect(scans(blocked)).toBe(1);
    const z = gaussians([N, 3], 6);
    const own = await run(blocked, program, state, z);
    const batch = tf.gather(program.data.x, [...program.rows(0)]);
    const value = program.step({ x: batch }, { z }).loss;
    const theirs = [value, ...Object.values(program.all)].flatMap((tensor) => [...tensor.dataSync()]);
    expect(own.length).toBeGreaterThan(12);
    for (const [i, number] of own.entries()) expect(number).toBeCloseTo(theirs[i], 4);
  });
});

describe('Many steps in blocks, with small parameters packed,', () => {
  it('end where tfjs ends', async () => {
    const [own, theirs] = [tf.train.adam(0.1), tf.train.adam(0.1)].map((optimizer) => programOf(MEANS['MVL-LD'], optimizer, plain));
    const { graph, state } = traceStep(own);
    const carried = state.flatMap(({ input, output }) => (output === null ? [] : [{ input, output }]));
    const loop = repeatStep(stepGraph(graph, own.data, N, 4), carried, ['x']);
    verify(loop);
    const session = await ort.InferenceSession.create(write(loop), { logSeverityLevel: 3 });
    const z = gaussians([3, N, 3], 7);
    const results = await session.run({
      ...Object.fromEntries(state.map(({ input, variable }) => [input, feed(variable)])),
      x: feed(own.data.x),
      z: feed(z),
      rows: new ort.Tensor(
        'int32',
        Int32Array.from({ length: 3 * N }, (_, i) => own.rows(0)[i % N]),
        [3, N],
      ),
      learningRate: new ort.Tensor('float32', Float32Array.of(0.1, 0.1, 0.1), [3]),
    });
    const batch = tf.gather(own.data.x, [...own.rows(0)]);
    const losses = tf.unstack(z).map((noise) => theirs.step({ x: batch }, { z: noise }).loss.dataSync()[0]);
    for (const [i, loss] of (results.loss.data as Float32Array).entries()) expect(loss).toBeCloseTo(losses[i], 4);
    for (const [i, variable] of Object.values(own.all).entries()) {
      const name = state.find((entry) => entry.variable === variable)?.output as string;
      const expected = Object.values(theirs.all)[i].dataSync();
      for (const [k, value] of (results[name].data as Float32Array).entries()) expect(value).toBeCloseTo(expected[k], 4);
    }
    await session.release();
  });
});

describe('A step is left whole where it needs all rows at once:', () => {
  it.each(Object.entries(OTHERS))('%s', (_name, loss) => {
    const program = programOf(loss, tf.train.sgd(0.1), plain);
    const { graph } = traceStep(program);
    expect(splitAtMeans(graph, BATCH)).toBeNull();
    expect(scans(stepGraph(graph, program.data, N, 4))).toBe(0);
  });

  it('a result of each row', () => {
    const program = programOf(MEANS['MVL-LD'], tf.train.sgd(0.1), plain);
    const { graph } = traceStep({
      ...program,
      step: (batch, inputs) => ({ ...program.step(batch, inputs), x: tf.neg(batch.x) as Scalar }),
    });
    expect(splitAtMeans(graph, BATCH)).toBeNull();
  });
});

describe('The cut', () => {
  it('averages each gradient and the loss once, and leaves the optimiser behind it', () => {
    const program = programOf(MEANS['MVL-LD'], tf.train.rmsprop(0.1), plain);
    const split = splitAtMeans(traceStep(program).graph, BATCH);
    const shapes = split?.means.outputs.map(({ value }) => value.shape?.join('x')).sort();
    expect(shapes).toEqual(['', '3x4', '4', '4x1']);
    expect(split?.rest.nodes.some(({ op }) => op === 'BatchMatMul')).toBe(false);
    expect(split?.means.nodes.some(({ op }) => op === 'Sqrt')).toBe(false);
    expect(split?.width).toBe(4);
  });

  it('gives plain SGD the same four means, not its new weights', () => {
    const split = splitAtMeans(traceStep(programOf(MEANS['MVL-LD'], tf.train.sgd(0.1), plain)).graph, BATCH);
    expect(split?.means.outputs.length).toBe(4);
    expect(split?.means.inputs.map(({ name }) => name)).not.toContain('learningRate');
    expect(split?.means.nodes.some(({ op }) => op === 'SymbolicConstant' || op === 'RealDiv')).toBe(true);
  });

  it('is into the fewest equal blocks whose widest array is half a megabyte, none below 256 rows', () => {
    expect(blocksFor(10_000, 100)).toBe(8);
    expect(blocksFor(1000, 100)).toBe(1);
    expect(blocksFor(512, 512)).toBe(2);
    expect(blocksFor(128, 4096)).toBe(1);
    expect(blocksFor(10_007, 100)).toBe(1);
  });
});
