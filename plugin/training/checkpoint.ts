import type { Block } from './blocks.ts';
import type { CallbackState } from './callbacks.ts';
import { crc32 } from './crc32.ts';
import { fromExactJson, toExactJson } from './exactJson.ts';
import type { FitHistory } from './fitOptions.ts';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';

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

const brief = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'absent';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

/**
 * @param name where it came from
 * @throws where the bytes are damaged or no checkpoint, or where it belongs to another run: the error names everything that differs
 */
export function decodeCheckpoint(bytes: Uint8Array, fingerprint: Fingerprint, name: string): Checkpoint {
  let found: ReturnType<typeof read>;
  try {
    found = read(bytes);
  } catch (cause) {
    throw new Error(
      `fit: cannot resume from ${name}: ${(cause as Error).message}. Remove it, or train with { resume: false } to start anew.`,
      { cause },
    );
  }
  const fields = new Set([...Object.keys(fingerprint), ...Object.keys(found.fingerprint)]);
  const differences = [...fields].filter((field) => JSON.stringify(found.fingerprint[field]) !== JSON.stringify(fingerprint[field]));
  if (differences.length === 0) return found;
  const list = differences.map((field) => `${field}: ${brief(found.fingerprint[field])} there, ${brief(fingerprint[field])} now`);
  throw new Error(
    `fit: cannot resume from ${name}: it belongs to another run (${list.join('; ')}). Use the same settings and data, another file, or { resume: false }.`,
  );
}
