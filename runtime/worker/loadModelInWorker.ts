import { batch } from '../batch.ts';
import { type LoadedModel, type LoadOptions, warnOfFallback } from '../loadModel.ts';
import { type DeviceTensor, numbersOf } from '../ort.ts';
import type { SampleOptions } from '../sampleOptions.ts';
import type { ModelSource } from '../source.ts';
import { type Conversation, conversationWith } from './conversation.ts';
import { type Channel, type Loaded, METHODS, type Method, type Numbers } from './messages.ts';

/** Addresses are the page's, whatever the worker's own. */
const absolute = (source: ModelSource): unknown =>
  source instanceof URL
    ? source.href
    : typeof source === 'string' && typeof document !== 'undefined'
      ? new URL(source, document.baseURI).href
      : source;

/** A tensor or a batch as what it is made of: their classes do not survive the crossing. */
async function portable(value: unknown): Promise<unknown> {
  if (typeof value !== 'object' || value === null) return value;
  if ('arraySync' in value)
    throw new TypeError('expected numbers; got a tfjs tensor. Pass `await x.array()`: the runtime does not know tfjs.');
  if (!Array.isArray((value as Partial<DeviceTensor>).dims)) return value;
  const { dims, type = 'float32' } = value as DeviceTensor;
  return { data: Float32Array.from((await numbersOf(value as DeviceTensor)) as Float32Array), dims, type };
}

const withPortable = async (settings: Partial<SampleOptions>) => ({
  ...settings,
  ...(settings.from && { from: await portable(settings.from) }),
});

function remote(conversation: Conversation, { model, card, backend, executionProvider }: Loaded): LoadedModel {
  const call =
    (method: Method) =>
    async (...args: readonly unknown[]) => {
      const { onProgress, signal, ...settings }: Partial<SampleOptions> = method === 'sample' ? (args[0] as SampleOptions) : {};
      const sent = method === 'sample' ? [await withPortable(settings)] : await Promise.all(args.map(portable));
      const options = { ...(onProgress && { onProgress }), ...(signal && { signal }) };
      const { data, dims } = await conversation.ask<Numbers>({ kind: 'call', model, method, args: sent }, options);
      return batch(data, dims);
    };
  return {
    card,
    backend,
    executionProvider,
    ...Object.fromEntries(METHODS.map((method) => [method, call(method)])),
    dispose: async () => {
      await conversation.ask({ kind: 'dispose', model });
    },
  } as LoadedModel;
}

/**
 * As `loadModel`, but everything is computed in a worker that runs `serveModels(ort)`, so that a page never freezes: large batches and long chains too. What is
 * given is copied over, what comes back is moved. A worker holds any number of models.
 *
 * @param worker a `Worker` or a `MessagePort`; ending it is its owner's business, and calls that it has not answered by then stay open
 * @param source the file's bytes, or an address, relative to the page
 * @throws Error as `loadModel`, and where the worker's script fails
 */
export async function loadModelInWorker(worker: Channel, source: ModelSource, options: LoadOptions = {}): Promise<LoadedModel> {
  const { executionProviders, sessionOptions, onFallback = warnOfFallback } = options;
  const conversation = conversationWith(worker);
  const loaded = await conversation.ask<Loaded>({ kind: 'load', source: absolute(source), executionProviders, sessionOptions });
  if (loaded.fellBack) onFallback(loaded.executionProvider);
  return remote(conversation, loaded);
}
