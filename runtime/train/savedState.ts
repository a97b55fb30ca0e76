import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';
import type { Block } from './tensors.ts';
import type { TrainCard } from './trainCard.ts';

/** How far training is. */
export interface SavedState {
  readonly steps: number;
  /** What noise is drawn from. */
  readonly seed: number;
  /** In the order of the card. */
  readonly blocks: readonly Block[];
}

const FORMAT = 'tfjs-mvl train state 1';

/** What two steps must have in common to go on from one another's state: a line for each tensor, by name, and one for the optimiser. */
const fingerprintOf = ({ optimizer, state }: TrainCard): Record<string, string> => ({
  optimizer: optimizer.name,
  ...Object.fromEntries(state.map(({ input, dtype, shape, role }) => [`tensor ${input}`, `${dtype} [${shape}], ${role}`])),
});

/** A safetensors file of the whole state. */
export function encodeState(card: TrainCard, { steps, seed, blocks }: SavedState): Uint8Array<ArrayBuffer> {
  return encodeSafetensors(Object.fromEntries(card.state.map(({ input }, i) => [input, blocks[i]])), {
    format: FORMAT,
    model: card.name,
    steps: String(steps),
    seed: String(seed),
    fingerprint: JSON.stringify(fingerprintOf(card)),
  });
}

/** Differences that a message lists; the rest are counted. */
const LISTED = 6;

function compare(there: Readonly<Record<string, string>>, here: Readonly<Record<string, string>>): string | null {
  const keys = [...new Set([...Object.keys(here), ...Object.keys(there)])];
  const differences = keys.filter((key) => there[key] !== here[key]);
  if (differences.length === 0) return null;
  const listed = differences.slice(0, LISTED).map((key) => `${key}: ${there[key] ?? 'absent'} there, ${here[key] ?? 'absent'} here`);
  return [...listed, ...(differences.length > LISTED ? [`and ${differences.length - LISTED} more`] : [])].join('; ');
}

/** @throws Error where the bytes are damaged, no saved state, or that of another step: then it says what differs */
export function decodeState(bytes: Uint8Array, card: TrainCard): SavedState {
  let file: ReturnType<typeof decodeSafetensors>;
  let there: Record<string, string>;
  try {
    file = decodeSafetensors(bytes);
    if (file.metadata.format !== FORMAT) throw new Error(`its format is ${file.metadata.format ?? 'not given'}, expected "${FORMAT}"`);
    there = JSON.parse(file.metadata.fingerprint);
  } catch (cause) {
    throw new Error(`load: these ${bytes.length} bytes are not a state that save() wrote: ${(cause as Error).message}.`, { cause });
  }
  const { blocks, metadata } = file;
  const differences = compare(there, fingerprintOf(card));
  if (differences !== null)
    throw new Error(
      `load: this state is of another training step ("${metadata.model}", here "${card.name}"): ${differences}. Load it into the file that it came from.`,
    );
  const damaged = card.state.find(
    ({ input, dtype, shape }) => blocks[input]?.dtype !== dtype || blocks[input].shape.join() !== shape.join(),
  );
  if (damaged) throw new Error(`load: this state is damaged: it has no tensor "${damaged.input}" of ${damaged.dtype} [${damaged.shape}].`);
  return { steps: Number(metadata.steps), seed: Number(metadata.seed), blocks: card.state.map(({ input }) => blocks[input]) };
}
