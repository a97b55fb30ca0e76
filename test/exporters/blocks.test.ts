import { beforeAll, describe, expect, it } from '@jest/globals';
import type { NamedTensorMap, Optimizer, Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs';
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
import { mvlLd, mvlRld, register, sphere } from '../../plugin/index.ts';
import type { StepProgram } from '../../plugin/training/executor.ts';
import { clipByGlobalNorm } from '../../plugin/training/trainStep.ts';
import { randomStream } from '../../random/stream.ts';

beforeAll(async () => {
  await tf.ready();
  register();
});

const N = 24;

const gaussians = (shape: readonly number[], seed: number): Tensor => {
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  randomStream(seed).fill(values, 'gaussian');
  return tf.tensor(values, [...shape]);
};
const onSphere = (x: Tensor): Tensor => tf.tidy(() => tf.div(x, tf.norm(x, 'euclidean', 1, true)));

type Weights = Readonly<Record<'w' | 'b' | 'v', Variable>>;

/** w `[3, 4]`, b `[4]`, v `[4, 1]` */
const weights = (): Weights => ({
  w: tf.variable(gaussians([3, 4], 1)),
  b: tf.variable(gaussians([4], 2)),
  v: tf.variable(gaussians([4, 1], 3)),
});

const matrix = (x: Tensor): Tensor2D => x as Tensor2D;
const hidden = ({ w, b }: Weights, x: Tensor): Tensor2D => matrix(tf.tanh(tf.add(tf.matMul(matrix(x), matrix(w)), b)));
const energy =
  (all: Weights) =>
  (x: Tensor2D): Tensor1D =>
    tf.squeeze(tf.matMul(hidden(all, x), matrix(all.v)), [1]);
const image = (x: Tensor): Tensor4D => tf.reshape(tf.tile(x, [1, 12]), [x.shape[0], 6, 6, 1]);

type Loss = (all: Weights, batch: NamedTensorMap) => Tensor;

/** Means over rows, and what may be added to them. `x` is `[n, 3]` on the sphere, `z` noise `[n, 3]`. */
const MEANS: Readonly<Record<string, Loss>> = {
  'MVL-LD': (all, { x, z }) => mvlLd({ epsilon: 0.1 })(energy(all), x as Tensor2D, z),
  'MVL-RLD on a sphere': (all, { x, z }) => mvlRld({ manifold: sphere(2), epsilon: 0.1 })(energy(all), x as Tensor2D, z),
  'a weight penalty beside the mean': (all, { x }) => tf.add(tf.mean(hidden(all, x)), tf.mul(0.1, tf.sum(tf.square(all.w)))),
  'cross-entropy': (all, { x, z }) =>
    tf.neg(tf.mean(tf.sum(tf.mul(tf.slice(tf.concat([z, tf.square(z)], 1), [0, 0], [-1, 4]), tf.logSoftmax(hidden(all, x))), 1))),
  'rows brought to mean 0 and variance 1': (all, { x }) => {
    const h = hidden(all, x);
    const centred = tf.sub(h, tf.mean(h, 1, true));
    return tf.mean(tf.matMul(tf.div(centred, tf.sqrt(tf.add(tf.mean(tf.square(centred), 1, true), 0.1))) as Tensor2D, matrix(all.v)));
  },
  'the largest of each row, where another is positive': (all, { x, z }) => {
    const h = hidden(all, x);
    return tf.mean(
      tf.where(tf.greater(tf.slice(z, [0, 0], [-1, 1]), 0), tf.max(h, 1, true), tf.relu(tf.elu(tf.slice(h, [0, 1], [-1, 1])))),
    );
  },
  'convolution and the largest of a window': ({ w, b, v }, { x }) => {
    const filter = tf.reshape(tf.slice(tf.concat([tf.reshape(w, [-1]), b, tf.reshape(v, [-1])], 0), 0, 18), [3, 3, 1, 2]) as Tensor4D;
    return tf.mean(tf.square(tf.maxPool(tf.conv2d(image(x), filter, 1, 'same'), 2, 2, 'valid')));
  },
  'a depthwise convolution and means of windows': ({ w, b, v }, { x }) => {
    const filter = tf.reshape(tf.slice(tf.concat([tf.reshape(w, [-1]), b, tf.reshape(v, [-1])], 0), 0, 18), [3, 3, 1, 2]) as Tensor4D;
    return tf.mean(tf.square(tf.avgPool(tf.depthwiseConv2d(image(x), filter, 1, 'valid'), 2, 1, 'valid')));
  },
  'attention within a row': (all, { x }) => {
    const tokens = tf.reshape(hidden(all, x), [-1, 2, 2]);
    const scores = tf.softmax(tf.matMul(tokens, tokens, false, true));
    return tf.mean(tf.square(tf.matMul(scores, tokens)));
  },
  'a table looked up by the rows': ({ w }, { x }) => {
    const which = tf.cast(tf.clipByValue(tf.floor(tf.mul(tf.add(tf.slice(x, [0, 0], [-1, 1]), 1), 1.5)), 0, 2), 'int32');
    return tf.mean(tf.square(tf.gather(w, tf.reshape(which, [-1]))));
  },
  'columns swapped, padded, repeated': (all, { x }) =>
    tf.mean(
      tf.square(
        tf.sub(
          tf.pad(
            tf.reverse(hidden(all, x), 1),
            [
              [0, 0],
              [1, 0],
            ],
            2,
          ),
          tf.tile(tf.slice(tf.transpose(tf.transpose(hidden(all, x))), [0, 0], [-1, 1]), [1, 5]),
        ),
      ),
    ),
};

/** What no two blocks can tell apart from one another. */
const OTHERS: Readonly<Record<string, Loss>> = {
  'a sum over rows': (all, { x }) => tf.sum(hidden(all, x)),
  'a mean times the number of rows': (all, { x }) => tf.mul(tf.mean(hidden(all, x)), x.shape[0]),
  'batch norm': (all, { x }) => {
    const h = hidden(all, x);
    return tf.mean(tf.abs(tf.sub(h, tf.mean(h, 0))));
  },
  'the logarithm of a mean of exponentials': (all, { x }) => tf.logSumExp(energy(all)(x as Tensor2D)),
  'all pairs of rows': (all, { x }) => tf.sum(tf.matMul(hidden(all, x), hidden(all, x), false, true)),
  'rows beside their mirror images': (all, { x }) => tf.mean(tf.mul(hidden(all, x), tf.reverse(hidden(all, x), 0))),
  'a running sum': (all, { x }) => tf.mean(tf.square(tf.cumsum(hidden(all, x), 0))),
  'weights by position': (all, { x }) => tf.mean(tf.square(tf.add(energy(all)(x as Tensor2D), tf.range(0, x.shape[0])))),
  'two copies of the batch below one another': (all, { x }) => {
    const h = hidden(all, tf.concat([x, tf.neg(x)], 0));
    return tf.mean(tf.square(tf.reshape(h, [-1, 8])));
  },
  'the largest row': (all, { x }) => tf.mean(tf.max(hidden(all, x), 0)),
  'a softmax over rows': (all, { x }) => tf.mean(tf.square(tf.softmax(energy(all)(x as Tensor2D)))),
  'rows folded into one another': (all, { x }) => tf.mean(tf.square(tf.mean(tf.reshape(tf.reshape(hidden(all, x), [4, -1]), [-1, 4]), 1))),
};

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
