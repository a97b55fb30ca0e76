import type { Block } from './blocks.ts';
import type { CallbackState } from './callbacks.ts';
import { crc32 } from './crc32.ts';
import { fromExactJson, toExactJson } from './exactJson.ts';
import type { FitHistory } from './fitOptions.ts';
import { CutShort, decodeSafetensors, encodeSafetensors } from './safetensors.ts';

/** What must agree between the run that wrote a checkpoint and the one that resumes it. */
export type Fingerprint = Readonly<Record<string, unknown>>;

/** The numbers of a run beside its tensors. All randomness is keyed by seed, epoch and step, so there is no generator to keep. */
export interface RunState {
  /** Steps done. */
  readonly step: number;
  /** Epochs done, validation and callbacks included. */
  readonly epoch: number;
  /** Whether a callback ended training. */
  readonly stopped: boolean;
  /** Sums of what the current epoch's steps reported, over their points, and the number of those. */
  readonly sums: Readonly<Record<string, number>>;
  readonly count: number;
  readonly history: FitHistory;
  /** Index into the history, of the epoch with the best weights. */
  readonly best: number | null;
  readonly callbacks: readonly CallbackState[];
  /** The optimiser's own count of steps. */
  readonly iterations: number;
}

export interface Checkpoint {
  readonly state: RunState;
  readonly blocks: Readonly<Record<string, Block>>;
}

const KEY = 'tfjs-mvl checkpoint';
const VERSION = 2;

const bytesOf = (blocks: Readonly<Record<string, Block>>): Uint8Array[] =>
  Object.values(blocks).map(({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength));

const checksum = (json: string, blocks: Readonly<Record<string, Block>>): string =>
  crc32(new TextEncoder().encode(json), ...bytesOf(blocks));

export function encodeCheckpoint({ state, blocks }: Checkpoint, fingerprint: Fingerprint): Uint8Array {
  const json = toExactJson({
    version: VERSION,
    fingerprint,
    state,
    tensors: Object.entries(blocks).map(([name, { shape }]) => [name, shape]),
  });
  return encodeSafetensors(blocks, { [KEY]: json, checksum: checksum(json, blocks) });
}

interface Contents {
  readonly version: number;
  readonly fingerprint: Fingerprint;
  readonly state: RunState;
  /** Names and shapes in order; under the checksum, as the header of the file is not. */
  readonly tensors: readonly (readonly [string, readonly number[]])[];
}

function read(bytes: Uint8Array) {
  const { blocks, metadata } = decodeSafetensors(bytes);
  const json = metadata[KEY];
  if (json === undefined) throw new Error('it was not written by fit');
  const { version, fingerprint, state, tensors } = fromExactJson(json) as Contents;
  if (version !== VERSION) throw new Error(`it has format ${version}, this version of tfjs-mvl reads ${VERSION}`);
  const ordered = Object.fromEntries(
    tensors.map(([name, shape]) => [name, { shape, values: blocks[name]?.values ?? new Float32Array(0) }]),
  );
  if (checksum(json, ordered) !== metadata.checksum) throw new Error('its checksum is wrong');
  return { state, blocks: ordered, fingerprint };
}

/** A checkpoint that a run cannot go on from. */
export class ResumeError extends Error {
  override readonly name = 'ResumeError';
  /** Which file and what is wrong with it, without what to do in a call of `fit`. */
  readonly fault: string;

  constructor(fault: string, advice: string, options?: ErrorOptions) {
    super(`fit: cannot resume from ${fault}. ${advice}`, options);
    this.fault = fault;
  }
}

const faultOf = (error: Error): string =>
  error instanceof CutShort
    ? `the file is cut short: it has ${error.there} bytes of numbers where there were ${error.end} or more`
    : error.message;

interface Digest {
  readonly shape: readonly number[];
  readonly crc32: string;
}

const isDigest = (value: unknown): value is Digest => value !== null && typeof value === 'object' && 'crc32' in value;

const rowsOf = (value: unknown): string => (isDigest(value) ? `${value.shape[0]} rows of ${value.shape[1]} columns` : 'none');

const isNested = (value: unknown): value is Readonly<Record<string, unknown>> => value !== null && typeof value === 'object';

/** Numbers, such as a schedule at some moments: one setting, not several. */
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value) && !value.some(isNested);

const jsonOf = (value: unknown): string => JSON.stringify(value) ?? 'absent';

const BRIEF = 60;

const brief = (value: unknown): string => {
  const text = jsonOf(value);
  return text.length > BRIEF ? `${text.slice(0, BRIEF - 3)}…` : text;
};

/** The innermost values that differ, each with its dotted path; of long lists of numbers the first. */
function differences(path: string, there: unknown, now: unknown): string[] {
  const [a, b] = [jsonOf(there), jsonOf(now)];
  if (a === b) return [];
  if (isDigest(there) || isDigest(now)) {
    const [before, after] = [rowsOf(there), rowsOf(now)];
    return [before === after ? `${path}: other rows` : `${path}: ${before} there, ${after} now`];
  }
  const lists = isList(there) && isList(now);
  if (!isNested(there) || !isNested(now) || (lists && Math.max(a.length, b.length) <= BRIEF))
    return [`${path}: ${brief(there)} there, ${brief(now)} now`];
  const keys = [...new Set([...Object.keys(there), ...Object.keys(now)])];
  const inner = keys.flatMap((key) => differences(`${path}.${key}`, there[key], now[key]));
  return lists ? inner.slice(0, 1) : inner;
}

/** Layers, shapes of weights and the like, which follow from settings that users know. */
const isTable = (value: unknown): boolean => Array.isArray(value) && !isList(value);

/** Settings first, then checksums, then what is long. */
const rank = (...values: readonly unknown[]): number => (values.some(isTable) ? 2 : values.some(isDigest) ? 1 : 0);

/** Differences that a message lists. */
const SHOWN = 6;

function listed(there: Fingerprint, now: Fingerprint): string | null {
  const fields = [...new Set([...Object.keys(now), ...Object.keys(there)])];
  const found = fields
    .map((field) => ({ rank: rank(there[field], now[field]), texts: differences(field, there[field], now[field]) }))
    .sort((a, b) => a.rank - b.rank)
    .flatMap(({ texts }) => texts);
  if (found.length === 0) return null;
  return [...found.slice(0, SHOWN), ...(found.length > SHOWN ? [`and ${found.length - SHOWN} more`] : [])].join('; ');
}

/**
 * @param name where it came from
 * @throws ResumeError where the bytes are damaged or no checkpoint, or where it belongs to another run: the error names what differs, settings before
 *   checksums
 */
export function decodeCheckpoint(bytes: Uint8Array, fingerprint: Fingerprint, name: string): Checkpoint {
  let found: ReturnType<typeof read>;
  try {
    found = read(bytes);
  } catch (cause) {
    throw new ResumeError(`${name}: ${faultOf(cause as Error)}`, 'Remove it, or train with { resume: false } to start anew.', { cause });
  }
  const list = listed(found.fingerprint, fingerprint);
  if (list === null) return found;
  throw new ResumeError(
    `${name}: it belongs to another run (${list})`,
    'Use the same settings and data, another file, or { resume: false }.',
  );
}
