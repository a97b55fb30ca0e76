import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { type Compiled, compile, print } from '../../../exporters/index.ts';
import { setLearningRate } from '../../../plugin/training/optimizers.ts';
import { RUNTIMES } from '../../support/runtimes.ts';
import { OPTIMIZERS, relativeDistance } from './optimizers.ts';
import { points } from './points.ts';

const [{ ort }] = RUNTIMES;

/** A small regression: two variables, a step of an optimiser on (x, y), and the loss before it. */
function regression(optimizer: tf.Optimizer) {
  const w = tf.variable(tf.tensor2d([0.1, -0.2, 0.3, 0.5], [2, 2]));
  const b = tf.variable(tf.tensor1d([0.1, 0.2]));
  const loss = (x: tf.Tensor2D, y: tf.Tensor2D) =>
    tf.mean(tf.square(tf.sub(tf.tanh(tf.add(tf.matMul(x, w as tf.Tensor2D), b)), y))) as tf.Scalar;
  const step = (x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor => optimizer.minimize(() => loss(x, y), true, [w, b]) as tf.Scalar;
  return {
    w,
    b,
    loss,
    step,
    values: () => [...w.dataSync(), ...b.dataSync()],
    dispose: () => tf.dispose([w, b]),
  };
}

describe.each(RUNTIMES)('compile on $backend', ({ ort: runtime, provider }) => {
  const options = { ort: runtime, executionProviders: [provider] };

  it('gives what tfjs gives, at any size of batch, by one trace', async () => {
    const fn = (x: tf.Tensor2D, scale: tf.Scalar) => ({
      soft: tf.softmax(tf.mul(x, scale)),
      sum: tf.sum(x, 1),
    });
    const fast = await compile(fn, options);
    for (const n of [1, 4, 9]) {
      const x = points(n, 3);
      const [own, theirs] = [await fast(x, 2), fn(x, tf.scalar(2))];
      for (const key of ['soft', 'sum'] as const) {
        expect(own[key].shape).toEqual(theirs[key].shape);
        expect(relativeDistance(own[key].dataSync(), theirs[key].dataSync())).toBeLessThan(1e-6);
      }
    }
    expect([...fast.graphs.keys()]).toEqual(['float32[batch,3] float32[]']);
    await fast.dispose();
  });

  it('takes the gradient inside', async () => {
    const gradient = tf.grad((x) => tf.sum(tf.tanh(tf.square(x)))) as (x: tf.Tensor2D) => tf.Tensor2D;
    const fast = await compile(gradient, options);
    const x = points(5, 2);
    expect(relativeDistance((await fast(x)).dataSync(), gradient(x).dataSync())).toBeLessThan(1e-5);
    await fast.dispose();
  });

  it('takes steps of an optimiser as tfjs does', async () => {
    const [x, y] = [points(6, 2), points(6, 2)];
    const run = async (compiled: boolean) => {
      const optimizer = tf.train.adam(0.01);
      const problem = regression(optimizer);
      const step = compiled ? await compile(problem.step, { ...options, optimizer }) : problem.step;
      for (let i = 0; i < 20; i++) (await step(x, y)).dispose();
      if (compiled) await (step as Compiled<tf.Tensor[], tf.Tensor>).sync();
      return problem.values();
    };
    expect(relativeDistance(await run(true), await run(false))).toBeLessThan(1e-5);
  });
});

describe('a compiled training step', () => {
  const [x, y] = [points(6, 2), points(6, 2)];

  it.each(OPTIMIZERS)(
    'with %s: 100 steps and a change of the learning rate leave the variables where tfjs leaves them',
    async (_name, make) => {
      const run = async (compiled: boolean) => {
        const optimizer = make();
        const problem = regression(optimizer);
        const step = compiled ? await compile(problem.step, { ort, optimizer }) : problem.step;
        const losses: number[] = [];
        for (let i = 0; i < 100; i++) {
          if (i === 50) setLearningRate(optimizer, 0.001);
          const loss = await step(x, y);
          losses.push(loss.dataSync()[0]);
          loss.dispose();
        }
        if (compiled) await (step as Compiled<tf.Tensor[], tf.Tensor>).sync();
        return {
          values: problem.values(),
          losses,
          iterations: optimizer.iterations,
        };
      };
      const [own, theirs] = [await run(true), await run(false)];
      expect(relativeDistance(own.values, theirs.values)).toBeLessThan(1e-4);
      expect(relativeDistance(own.losses, theirs.losses)).toBeLessThan(1e-4);
      expect(own.iterations).toBe(100);
    },
  );

  it('keeps its state in onnxruntime until sync, and takes what tfjs assigns', async () => {
    const problem = regression(tf.train.sgd(0.1));
    const step = await compile(problem.step, { ort });
    const start = problem.values();
    await step(x, y);
    expect(problem.values()).toEqual(start);
    await step.sync();
    expect(problem.values()).not.toEqual(start);
    problem.w.assign(tf.tensor2d([0.1, -0.2, 0.3, 0.5], [2, 2]));
    problem.b.assign(tf.tensor1d([0.1, 0.2]));
    const loss = await step(x, y);
    expect(loss.dataSync()[0]).toBeCloseTo(problem.loss(x, y).dataSync()[0], 6);
    await step.dispose();
  });

  it('shares variables with another compiled function, and hands onnxruntime tensors on', async () => {
    const problem = regression(tf.train.sgd(0.1));
    const step = await compile(problem.step, { ort });
    const loss = await compile(problem.loss, {
      ort,
      shareWith: step,
      outputs: 'ort',
    });
    const before = (await loss(x, y)).data as Float32Array;
    for (let i = 0; i < 20; i++) await step(x, y);
    const after = await loss(x, y);
    expect((after.data as Float32Array)[0]).toBeLessThan(before[0]);
    const double = await compile((value: tf.Scalar) => tf.mul(value, 2) as tf.Scalar, { ort });
    expect((await double(after)).dataSync()[0]).toBeCloseTo(2 * (after.data as Float32Array)[0], 6);
  });

  it('takes calls that overlap one after the other, and none after dispose', async () => {
    const run = async (together: boolean) => {
      const problem = regression(tf.train.sgd(0.1));
      const step = await compile(problem.step, { ort });
      if (together) await Promise.all([step(x, y), step(x, y), step(x, y)]);
      else for (let i = 0; i < 3; i++) await step(x, y);
      await step.sync();
      await step.dispose();
      await expect(step(x, y)).rejects.toThrow(/was disposed/);
      return problem.values();
    };
    expect(await run(true)).toEqual(await run(false));
  });

  it('leaves no tensors behind, nor a trace in the optimiser', async () => {
    const optimizer = tf.train.momentum(0.1, 0.9);
    const problem = regression(optimizer);
    const before = tf.memory().numTensors;
    const step = await compile(problem.step, { ort, optimizer });
    (await step(x, y)).dispose();
    await step.sync();
    await step.dispose();
    // The optimiser's two accumulators, as in tfjs.
    expect(tf.memory().numTensors - before).toBe(2);
    expect(optimizer.iterations).toBe(1);
    problem.step(x, y).dispose();
    expect(problem.values().every(Number.isFinite)).toBe(true);
  });

  it('has the learning rate, the variables and their next values as inputs and outputs', async () => {
    const optimizer = tf.train.sgd(0.1);
    const w = tf.variable(tf.scalar(2), true, 'weight');
    const step = await compile((t: tf.Scalar) => optimizer.minimize(() => tf.mul(w, t) as tf.Scalar, true, [w]) as tf.Scalar, {
      ort,
      optimizer,
    });
    await step(3);
    const [graph] = [...step.graphs.values()];
    expect(print(graph)).toMatchInlineSnapshot(`
      "compiled(argument_0: float32 scalar, learningRate: float32 scalar, weight: float32 scalar)
        %0 = Reshape(learningRate, int64[1]) : float32 1
        %1 = Reshape(%0, int64[]) : float32 scalar
        %2 = Mul(weight, argument_0) : float32 scalar
        %3 = Mul(%1, argument_0) : float32 scalar
        %4 = Sub(weight, %3) : float32 1
        %5 = Reshape(%4, int64[]) : float32 scalar
        return output = %2, weight_next = %5
      "
    `);
  });
});

describe('compile refuses', () => {
  it.each([
    ['no function', () => compile(null as never, { ort }), /expected a function of tensors, got null/],
    [
      'nothing in place of a function',
      () => compile(undefined as never, { ort }),
      /expected a function of tensors, got undefined. Call it as compile\(\(x\) => .*, \{ ort \}\)/,
    ],
    ['options alone', () => compile({ ort } as never, undefined as never), /expected a function of tensors, got object. Call it as/],
    [
      'a function that returns an array',
      async () => (await compile(((x: tf.Tensor) => [x, tf.neg(x)]) as unknown as (x: tf.Tensor) => tf.Tensor, { ort }))(tf.ones([3])),
      /must return a tensor or a record .*returned an array. Name its entries, which become the outputs: return \{ first, second \}/,
    ],
    [
      'a record with an array in it',
      async () => (await compile(((x: tf.Tensor) => ({ a: [x] })) as unknown as (x: tf.Tensor) => tf.Tensor, { ort }))(tf.ones([3])),
      /returned a record whose a is an array/,
    ],
    ['an empty record', async () => (await compile((() => ({})) as never, { ort }))(), /returned a record with nothing in it/],
    [
      'an argument that is no tensor',
      async () => (await compile((x: tf.Tensor) => x, { ort }))('x' as never),
      /argument 0 must be a number or a .* tensor/,
    ],
    [
      'a read of numbers',
      async () => (await compile((x: tf.Tensor) => tf.scalar(x.dataSync()[0]), { ort }))(1),
      /reads the numbers of a tensor/,
    ],
    [
      'a read of a variable',
      async () => {
        const v = tf.variable(tf.scalar(1));
        return (await compile((x: tf.Tensor) => tf.mul(x, v.dataSync()[0]), { ort }))(1);
      },
      /reads the numbers of variable/,
    ],
    [
      'an optimizer that is not the one in use',
      async () => {
        const [v, used] = [tf.variable(tf.scalar(1)), tf.train.sgd(0.1)];
        const step = await compile(() => used.minimize(() => tf.square(v), true), { ort, optimizer: tf.train.adam(0.1) });
        return step();
      },
      /learning rate of the optimizer given, Adam, plays no part in .*which assigns variables/,
    ],
    [
      'randomness',
      async () =>
        (
          await compile((x: tf.Tensor) => tf.add(x, tf.randomNormal([1])), {
            ort,
          })
        )(1),
      /draws random numbers inside the traced function/,
    ],
  ])('%s', async (_name, attempt, message) => {
    await expect(attempt()).rejects.toThrow(message as RegExp);
  });

  it('nothing of what works at one size only', async () => {
    // A product with itself is quadratic in the size: compiled for each size.
    const fast = await compile((x: tf.Tensor2D) => tf.reshape(tf.matMul(x, x, false, true), [-1]), { ort });
    for (const n of [2, 3]) expect((await fast(points(n, 2))).shape).toEqual([n * n]);
    expect([...fast.graphs.keys()]).toEqual(['float32[2,2]', 'float32[3,2]']);
  });
});

describe('options of compile', () => {
  const identity = (x: tf.Tensor) => tf.neg(x);
  it.each([
    [{ ort, optimiser: 1 }, /unknown option optimiser; expected some of ort/],
    [{ ort, outputs: 'onnx' }, /outputs must be 'tfjs' or 'ort'; got "onnx"/],
    [undefined, /expected options such as \{ ort: … \}; got undefined/],
  ])('%# are refused where they are wrong', async (options, message) => {
    await expect(compile(identity, options as never)).rejects.toThrow(message);
  });
});
