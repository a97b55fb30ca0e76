/** Where a model comes from: its bytes, an address to fetch, or, in Node, a path. */
export type ModelSource = Uint8Array | ArrayBufferLike | URL | string;

const inNode = (): boolean => typeof process !== 'undefined' && process.versions?.node !== undefined;

/** A scheme of two letters or more, so that `C:\model.onnx` stays a path. */
const ADDRESS = /^[a-z][a-z0-9+.-]+:/i;

async function fromFile(path: string | URL): Promise<Uint8Array> {
  // The name in a variable and the comments keep bundlers for the browser from looking for it.
  const name = 'node:fs/promises';
  const { readFile } = (await import(/* webpackIgnore: true */ /* @vite-ignore */ name)) as typeof import('node:fs/promises');
  try {
    return await readFile(path);
  } catch (error) {
    throw new Error(`loadModel: cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

async function fromAddress(address: string): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(address);
  } catch (error) {
    throw new Error(`loadModel: cannot fetch ${address}: ${(error as Error).message}`, { cause: error });
  }
  if (!response.ok) throw new Error(`loadModel: ${address} answered ${response.status} ${response.statusText}`.trimEnd());
  return new Uint8Array(await response.arrayBuffer());
}

const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

/** How messages name the source. */
export const describeSource = (source: ModelSource): string =>
  typeof source === 'string' || source instanceof URL ? `${source}` : 'the model given';

/**
 * The bytes of a model. Bytes that are given are taken as they are; the caller must not change them while the model is in use.
 *
 * @throws TypeError for other kinds of source; Error where a file cannot be read or an address not be fetched
 */
export async function readSource(source: ModelSource): Promise<Uint8Array> {
  // By tag: a page's frames and test runners have typed arrays of their own.
  const tag = tagOf(source);
  if (tag === 'Uint8Array') return source as Uint8Array;
  if (tag === 'ArrayBuffer' || tag === 'SharedArrayBuffer') return new Uint8Array(source as ArrayBuffer);
  if (source instanceof URL) return source.protocol === 'file:' ? fromFile(source) : fromAddress(source.href);
  if (typeof source !== 'string') {
    throw new TypeError(`loadModel: the model must be a Uint8Array, an ArrayBuffer, a URL or a path; got ${tag}.`);
  }
  if (source.startsWith('file:')) return fromFile(new URL(source));
  return inNode() && !ADDRESS.test(source) ? fromFile(source) : fromAddress(source);
}
