import type { NoiseCard } from '../card.ts';
import type { OnnxFile } from '../wire/onnxFile.ts';

/** What the file of a latent variable model has beside what every model's card has. */
export interface LatentCard {
  /** `implicitVae`, `explicitVae` or `wae`. */
  readonly kind: string;
  /** Columns of a row of data. */
  readonly columns: number;
  /** Columns of a code, m. */
  readonly codes: number;
  readonly likelihood: string;
  /** What the encoder asks for beside the data, in order. */
  readonly noise: Readonly<Record<string, NoiseCard>>;
  /** Domain of the local functions. */
  readonly domain: string;
  /** Inputs of each function, by its name: its own, and initializers of the main graph. */
  readonly functions: Readonly<Record<string, readonly string[]>>;
}

/**
 * The card of a latent variable model.
 *
 * @param json reads an entry of the metadata
 * @returns null where the file is another model's
 * @throws Error where it says that it is one and lacks what one has
 */
export function readLatentCard(file: OnnxFile, json: <T>(key: string, absent: T) => T): LatentCard | null {
  const functions = json<{ domain: string; inputs: Record<string, string[]> } | null>('functions', null);
  const kind = file.metadata.get('kind');
  if (functions === null || kind === undefined) return null;
  const [x, z] = [file.inputs.find(({ name }) => name === 'x'), file.outputs.find(({ name }) => name === 'z')];
  const [columns, codes] = [x?.shape[1], z?.shape[1]];
  const known = functions.inputs?.decoder && functions.inputs.prior && functions.inputs.geodesic;
  if (typeof columns !== 'number' || typeof codes !== 'number' || !known)
    throw new Error(
      `loadModel: this file says that it is a model of kind "${kind}", which has an encoder x → z and the functions decoder, prior and geodesic; it lacks some. Export it with exportLatentModel.`,
    );
  return {
    kind,
    columns,
    codes,
    likelihood: file.metadata.get('likelihood') ?? '',
    noise: json<Record<string, NoiseCard>>('noise', {}),
    domain: functions.domain,
    functions: functions.inputs,
  };
}
