/** A latent variable model, as the card of its file has it. */
export interface LatentDescription {
  /** `implicitVae`, `explicitVae` or `wae`. */
  readonly kind: string;
  /** Where codes are, for example `sphere:2`. */
  readonly manifold: string;
  /** Columns of a row of data. */
  readonly columns: number;
  /** Columns of a code. */
  readonly codes: number;
  readonly likelihood: string;
  /** What the encoder is given beside the data: `gaussian[batch, 4]`, by name. */
  readonly noise: Readonly<Record<string, string>>;
  /** What each function is given beside weights, by its name. */
  readonly functions: Readonly<Record<string, readonly string[]>>;
}

interface Entries {
  readonly kind: string;
  readonly manifold: string;
  readonly columns: number;
  readonly likelihood: string;
  readonly noise: Readonly<Record<string, { readonly distribution: string; readonly shape: readonly (number | string)[] }>>;
  readonly functions: { readonly inputs: Readonly<Record<string, readonly string[]>> };
}

const isLatent = (card: Readonly<Record<string, unknown>>): boolean => {
  const { kind, functions } = card as Partial<Entries>;
  return kind !== undefined && functions?.inputs?.decoder !== undefined;
};

/**
 * @param card the file's metadata
 * @param weights names of the main graph's initializers, which functions are given too
 * @param codes columns of the encoder's output
 * @returns null where the file is another model's
 */
export function describeLatent(
  card: Readonly<Record<string, unknown>>,
  weights: ReadonlySet<string>,
  codes: number,
): LatentDescription | null {
  if (!isLatent(card)) return null;
  const { kind, manifold, columns, likelihood, noise, functions } = card as unknown as Entries;
  return {
    kind,
    manifold,
    columns,
    codes,
    likelihood,
    noise: Object.fromEntries(
      Object.entries(noise ?? {}).map(([name, { distribution, shape }]) => [name, `${distribution}[${shape.join(', ')}]`]),
    ),
    functions: Object.fromEntries(
      Object.entries(functions.inputs).map(([name, inputs]) => [name, inputs.filter((input) => !weights.has(input))]),
    ),
  };
}
