import { register } from '../../plugin/gradients/register.ts';
import type { StepProgram, StepRunner } from '../../plugin/training/executor.ts';
import { learningRateOf, setIterations } from '../../plugin/training/optimizers.ts';
import type { OrtLike } from '../../runtime/ort.ts';
import { PRODUCER } from '../card.ts';
import type { Graph } from '../ir/graph.ts';
import { sizeOf } from '../ir/size.ts';
import { DEFAULT_OPSET, targetFor } from '../onnx/target.ts';
import { writeModel } from '../onnx/writer.ts';
import { ROWS } from './gatherRows.ts';
import { type DeviceTensor, fromTfjs, ortTensor } from './ortTensors.ts';
import { repeatStep } from './repeatStep.ts';
import { type GraphSession, openGraph, type SessionSettings } from './sessions.ts';
import { BATCH } from './signature.ts';
import { stepGraph } from './stepGraph.ts';
import { LEARNING_RATE, traceStep } from './traceStep.ts';
import { variableStore } from './variableStore.ts';

/** The loop of one size of batch: a batch that is left over at the end of an epoch has its own. */
interface Loop {
  readonly graph: Graph;
  readonly session: GraphSession;
}

/**
 * Runs a program's steps in onnxruntime: many in one call, by a loop inside the graph that gathers each batch from the resident data. Parameters and
 * the optimiser's slots stay there between calls.
 */
export async function stepRunner(program: StepProgram, ort: OrtLike, settings: SessionSettings): Promise<StepRunner> {
  const { optimizer, data } = program;
  register();
  const first = program.rows(0).length;
  const traced = traceStep(program, first);
  const store = variableStore(ort);
  const loops = new Map<number, Promise<Loop>>();
  const resident: Record<string, DeviceTensor> = {};
  for (const [name, tensor] of Object.entries(data)) resident[name] = await fromTfjs(ort, tensor);
  const assigned = traced.state.filter(({ output }) => output !== null);
  const constant = traced.state.filter(({ output }) => output === null);

  const makeLoop = async (batch: number): Promise<Loop> => {
    if (batch !== first) traced.check({ [BATCH]: batch });
    const graph = stepGraph(traced.graph, data, batch);
    const loop = repeatStep(
      graph,
      assigned.map(({ input, output }) => ({ input, output: output as string })),
      [...Object.keys(data), ...constant.map(({ input }) => input)],
    );
    const bytes = writeModel({ main: loop, target: targetFor(DEFAULT_OPSET), producer: PRODUCER, metadata: () => ({}) });
    return { graph, session: await openGraph(ort, bytes, settings) };
  };
  const loopFor = (batch: number): Promise<Loop> => {
    const known = loops.get(batch) ?? makeLoop(batch);
    loops.set(batch, known);
    return known;
  };

  const buffers = new Map<string, Float32Array>();
  /** An input of many steps, one behind the other, in memory that is used again and again: onnxruntime has read it by the next call. */
  const stacked = (
    name: string,
    from: number,
    count: number,
    shape: readonly number[],
    fill: (step: number, into: Float32Array) => void,
  ) => {
    const size = sizeOf(shape);
    const known = buffers.get(name);
    const buffer = known !== undefined && known.length >= count * size ? known : new Float32Array(count * size);
    buffers.set(name, buffer);
    for (let i = 0; i < count; i++) fill(from + i, buffer.subarray(i * size, (i + 1) * size));
    return ortTensor(ort, 'float32', buffer.subarray(0, count * size), [count, ...shape]);
  };
  const inputsOf = (from: number, count: number, batch: number): Record<string, DeviceTensor> => {
    const rows = new Int32Array(count * batch);
    for (let i = 0; i < count; i++) rows.set(program.rows(from + i), i * batch);
    const own = program.inputs.map(({ name, shape }): [string, DeviceTensor] => [
      name,
      stacked(
        name,
        from,
        count,
        shape.map((size) => (size === 'batch' ? batch : size)),
        (step, into) => program.draw(name, step, into),
      ),
    ]);
    const rate = stacked(LEARNING_RATE, from, count, [], (step, into) =>
      into.fill(program.learningRate(step) ?? learningRateOf(optimizer)),
    );
    return { ...Object.fromEntries(own), [ROWS]: ortTensor(ort, 'int32', rows, [count, batch]), [LEARNING_RATE]: rate };
  };

  return {
    take: async (from, count) => {
      const batch = program.rows(from).length;
      const { graph, session } = await loopFor(batch);
      await store.refresh(traced.state.map(({ variable }) => variable));
      const feeds = { ...resident, ...inputsOf(from, count, batch) };
      const fetches: Record<string, DeviceTensor | null> = {};
      for (const { variable, input } of traced.state) feeds[input] = store.current(variable);
      for (const { variable, output } of assigned) fetches[output as string] = store.spare(variable);
      const reports = graph.outputs.map(({ name }) => name).filter((name) => !(name in fetches));
      for (const name of reports) fetches[name] = null;
      const results = await session.run(feeds, fetches);
      for (const { variable, output } of assigned) store.advance(variable, results[output as string]);
      setIterations(optimizer, optimizer.iterations + count);
      return Object.fromEntries(reports.map((name) => [name, results[name].data as Float32Array]));
    },
    sync: () => store.sync(),
    dispose: async () => {
      for (const loop of loops.values()) await loop.then(({ session }) => session.release()).catch(() => undefined);
      for (const tensor of Object.values(resident)) tensor.dispose?.();
      store.dispose();
    },
  };
}
