import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { NamedTensorMap, Optimizer } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { onnxruntimeExecutor } from '../../exporters/index.ts';
import { register, type StepProgram } from '../../plugin/index.ts';
import { paced } from '../../plugin/training/paced.ts';
import { type Case, sizeOf } from './cases.ts';
import { optimizerOf, type Parameters, takeStep } from './tfjsStep.ts';

/**
 * The training step in JavaScript: `peer.ts KIND CASE_FOLDER`, KIND a tfjs backend (cpu, wasm, tensorflow) or `compiled`. Talks as
 * `bench/peers/protocol.py` says.
 */
const [kind, folder] = process.argv.slice(2);

/** Takes up to `count` steps: their milliseconds, and the last loss. */
type Take = (count: number) => Promise<{ readonly ms: number[]; readonly loss: number }>;

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

interface Loaded {
  readonly given: Case;
  readonly optimizer: Optimizer;
  readonly parameters: Parameters;
  readonly inputs: NamedTensorMap;
}

function load(): Loaded {
  const { params, inputs, tensors, ...given } = JSON.parse(readFileSync(`${folder}/case.json`, 'utf8'));
  const bytes = readFileSync(`${folder}/data.bin`);
  const data = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  let at = 0;
  const all: NamedTensorMap = {};
  for (const { name, shape } of tensors as { name: string; shape: number[] }[]) {
    all[name] = tf.tensor(data.slice(at, at + sizeOf(shape)), shape);
    at += sizeOf(shape);
  }
  const pick = (names: readonly string[]): NamedTensorMap => Object.fromEntries(names.map((name) => [name, all[name]]));
  const variables = Object.entries(pick(params)).map(([name, value]) => [name, tf.variable(value, true, name)]);
  return { given, optimizer: optimizerOf(given.optimizer), parameters: Object.fromEntries(variables), inputs: pick(inputs) };
}

const eager =
  ({ given, optimizer, parameters, inputs }: Loaded): Take =>
  async (count) => {
    const ms: number[] = [];
    let loss = Number.NaN;
    for (let i = 0; i < count; i++) {
      const start = performance.now();
      const value = takeStep(given, optimizer, parameters, inputs);
      [loss] = await value.data();
      ms.push(performance.now() - start);
      value.dispose();
    }
    return { ms, loss };
  };

/** As `fit` does it: x is resident and its batch gathered inside, z and labels are handed in for each step, and a call takes what steps fit into a turn. */
async function compiled({ given, optimizer, parameters, inputs }: Loaded): Promise<Take> {
  const ort = await import('onnxruntime-node');
  const { x, ...drawn } = inputs;
  const rows = Int32Array.from({ length: x.shape[0] }, (_, i) => i);
  const values = Object.fromEntries(Object.entries(drawn).map(([name, tensor]) => [name, tensor.dataSync() as Float32Array]));
  const executor = onnxruntimeExecutor(ort);
  const program: StepProgram = {
    name: given.kind,
    optimizer,
    data: { x },
    inputs: Object.entries(drawn).map(([name, { shape }]) => ({ name, shape: ['batch', ...shape.slice(1)] })),
    step: (batch, given_) => ({ loss: takeStep(given, optimizer, parameters, { ...batch, ...given_ }) }),
    rows: () => rows,
    draw: (name, _step, into) => into.set(values[name]),
    learningRate: () => null,
  };
  const runner = await executor.start(program);
  const steps = paced(runner, program, executor.turn);
  let done = 0;
  return async (count) => {
    const ms: number[] = [];
    let loss = Number.NaN;
    while (ms.length < count) {
      const start = performance.now();
      const result = await steps(done, count - ms.length);
      const taken = result.loss.length;
      const each = (performance.now() - start) / taken;
      ms.push(...Array.from({ length: taken }, () => each));
      loss = result.loss.at(-1) as number;
      done += taken;
    }
    return { ms, loss };
  };
}

/** A line of /proc/self/status, in MiB. */
const memory = (field: 'VmHWM' | 'VmRSS'): number =>
  Number(new RegExp(`${field}:\\s*(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? Number.NaN) / 1024;

if (kind !== 'compiled') {
  if (kind === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  tf.enableProdMode();
  if (!(await tf.setBackend(kind))) throw new Error(`tfjs has no backend ${kind} here`);
}
await tf.ready();
register();
const loaded = load();
const began = performance.now();
const take = kind === 'compiled' ? await compiled(loaded) : eager(loaded);
const first = await take(1);
say({ ready: true, firstStepSeconds: (performance.now() - began) / 1000, version: tf.version_core, loss: first.loss });
for await (const line of createInterface({ input: process.stdin })) {
  const { run, seconds = Number.POSITIVE_INFINITY, end } = JSON.parse(line);
  if (end) {
    say({ peakMiB: memory('VmHWM') });
    process.exit();
  }
  const until = performance.now() + 1000 * seconds;
  const ms: number[] = [];
  let loss = Number.NaN;
  while (ms.length < run && performance.now() < until) {
    // The compiled peer looks at the clock after as many steps as fit into one of its turns.
    const taken = await take(kind === 'compiled' ? Math.min(64, run - ms.length) : 1);
    ms.push(...taken.ms);
    loss = taken.loss;
  }
  say({ ms, loss, rssMiB: memory('VmRSS') });
}
