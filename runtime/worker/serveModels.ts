import type { Batch } from '../batch.ts';
import { type LoadedModel, loadModel } from '../loadModel.ts';
import type { OrtLike } from '../ort.ts';
import type { SampleOptions } from '../sampleOptions.ts';
import type { ModelSource } from '../source.ts';
import { type Answer, type Channel, type Method, type Numbers, opened, post, type Request } from './messages.ts';

/** Milliseconds between reports of progress: pages draw no faster. */
const PACE = 16;

/** At most one report in `PACE` milliseconds, and the last. */
function paced(report: (step: number, steps: number) => void): (step: number, steps: number) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (step, steps) => {
    if (step < steps && performance.now() - last < PACE) return;
    last = performance.now();
    report(step, steps);
  };
}

/** onnxruntime, as a namespace of imports has it. */
export type OrtPackage = OrtLike | { readonly default: OrtLike };

type Call = (...args: readonly unknown[]) => Promise<Batch>;

/**
 * Loads and runs models for a page that asks with `loadModelInWorker`: one line makes a worker, `serveModels(import('onnxruntime-web'))`.
 *
 * @param ort the package `onnxruntime-web` (or `onnxruntime-node`) itself, or a promise of it: with a static import a bundler puts it into one file with the worker,
 *   which each of its threads would run again
 * @param channel where requests come from. Default: the worker's own scope
 */
export function serveModels(ort: OrtPackage | Promise<OrtPackage>, channel: Channel = globalThis as unknown as Channel): void {
  const models = new Map<number, LoadedModel>();
  const running = new Map<number, AbortController>();
  const modelOf = (id: number): LoadedModel => {
    const model = models.get(id);
    if (model !== undefined) return model;
    throw new Error('This model was disposed; load it again with loadModelInWorker.');
  };

  const load = async (id: number, { source, executionProviders, sessionOptions }: Extract<Request, { kind: 'load' }>): Promise<Answer> => {
    let fellBack = false;
    const onFallback = () => {
      fellBack = true;
    };
    const choice = { ...(executionProviders && { executionProviders }), ...(sessionOptions && { sessionOptions }) };
    const model = await loadModel(await ort, source as ModelSource, { ...choice, onFallback });
    models.set(id, model);
    const { card, backend, executionProvider } = model;
    return { kind: 'done', value: { model: id, card, backend, executionProvider, fellBack } };
  };

  const call = async (id: number, model: LoadedModel, method: Method, args: readonly unknown[]): Promise<Answer> => {
    const controller = new AbortController();
    running.set(id, controller);
    const onProgress = paced((step, steps) => post(channel, id, { kind: 'progress', step, steps }));
    // The one method that reports and can be stopped; neither function crosses over by itself.
    const given = method === 'sample' ? [{ ...(args[0] as SampleOptions), onProgress, signal: controller.signal }] : args;
    try {
      const { data, dims } = await (model[method] as Call)(...given);
      return { kind: 'done', value: { data, dims } satisfies Numbers };
    } finally {
      running.delete(id);
    }
  };

  const dispose = async (id: number): Promise<Answer> => {
    const model = models.get(id);
    models.delete(id);
    await model?.dispose();
    return { kind: 'done', value: null };
  };

  const answer = (request: Exclude<Request, { kind: 'abort' }> & { readonly id: number }): Promise<Answer> => {
    if (request.kind === 'load') return load(request.id, request);
    if (request.kind === 'dispose') return dispose(request.model);
    return call(request.id, modelOf(request.model), request.method, request.args);
  };

  channel.addEventListener('message', async (event) => {
    const request = opened<Request>(event);
    if (request === null) return;
    const { id } = request;
    if (request.kind === 'abort') {
      running.get(id)?.abort();
      return;
    }
    try {
      const result = await answer(request);
      const numbers = result.kind === 'done' && result.value !== null && 'data' in result.value ? [result.value.data.buffer] : [];
      post(channel, id, result, numbers);
    } catch (error) {
      const { name, message } = error as Error;
      post(channel, id, { kind: 'failed', name, message });
    }
  });
  channel.start?.();
}
