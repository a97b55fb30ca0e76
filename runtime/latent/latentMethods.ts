import { randomStream } from '../../random/stream.ts';
import { type Batch, batch } from '../batch.ts';
import type { ModelCard } from '../card.ts';
import { firstNonFinite } from '../firstNonFinite.ts';
import { flatten, type PointsInput } from '../flatten.ts';
import type { EncodeOptions, GenerateOptions, InterpolateOptions, LoadedModel } from '../loadModel.ts';
import { checkOptionNames } from '../options.ts';
import type { OrtLike } from '../ort.ts';
import { readPoints } from '../points.ts';
import { type Rows, runRows } from '../rows.ts';
import type { Sessions } from '../sessions.ts';
import type { LatentCard } from './latentCard.ts';

type Methods = Pick<LoadedModel, 'encode' | 'decode' | 'reconstruct' | 'generate' | 'interpolate' | 'energy' | 'score'>;

const positive = (where: string, name: string, value: number, least = 1): void => {
  if (!Number.isInteger(value) || value < least)
    throw new RangeError(`${where}: ${name} must be a whole number of at least ${least}; got ${value}.`);
};

/** Whether data are probabilities, or binary. */
const unitRange = (likelihood: string): boolean => likelihood.startsWith('bernoulli') || likelihood.endsWith(':unit');

/** The methods of a latent variable model, on the sessions of its encoder and its functions. */
export function latentMethods(ort: OrtLike, sessions: Sessions, card: ModelCard, latent: LatentCard): Methods {
  const { columns, codes, noise, likelihood } = latent;
  const codeCard = { dim: codes, manifold: card.manifold };
  const call = async (session: string, inputs: Readonly<Record<string, Rows>>, name: string, width: number | null): Promise<Batch> => {
    const n = Object.values(inputs)[0].dims[0];
    const dims = width === null ? [n] : [n, width];
    const data = new Float32Array(n * (width ?? 1));
    await runRows(ort, sessions, { session, inputs, output: { name, data, dims } });
    return batch(data, dims);
  };
  const rowsOf = (data: Float32Array, width: number): Rows => ({ data, dims: [data.length / width, width] });
  const readRows = async (x: PointsInput, where: string): Promise<Rows> => {
    const data = await flatten(x, columns, where, `data as rows of ${columns} numbers, at least one`);
    const bad = firstNonFinite(data);
    if (bad >= 0)
      throw new RangeError(
        `${where}: row ${Math.floor(bad / columns)} has a value in column ${bad % columns} that is not a finite number.`,
      );
    const beyond = unitRange(likelihood) ? data.findIndex((value) => value < 0 || value > 1) : -1;
    if (beyond >= 0)
      throw new RangeError(
        `${where}: row ${Math.floor(beyond / columns)} has ${data[beyond]} in column ${beyond % columns}; the model's likelihood, ${likelihood}, has data in [0, 1]. ` +
          'Scale them as those it was trained on.',
      );
    return rowsOf(data, columns);
  };
  const readCodes = async (z: PointsInput, where: string): Promise<Rows> => rowsOf(await readPoints(z, codeCard, where), codes);

  const encode = async (x: PointsInput, options: EncodeOptions = {}): Promise<Batch> => {
    checkOptionNames('encode', options, ['seed', 'deterministic']);
    const { seed = 0, deterministic = false } = options;
    positive('encode', 'seed', seed, Number.MIN_SAFE_INTEGER);
    const data = await readRows(x, 'encode(x)');
    const stream = randomStream(seed, 0);
    const drawn = Object.entries(noise).map(([name, { distribution, shape }]): [string, Rows] => {
      const width = Number(shape[1]);
      const values = new Float32Array(data.dims[0] * width);
      if (!deterministic) stream.fill(values, distribution);
      return [name, rowsOf(values, width)];
    });
    return call('encoder', { x: data, ...Object.fromEntries(drawn) }, 'z', codes);
  };
  const decode = async (z: PointsInput): Promise<Batch> => call('decoder', { z: await readCodes(z, 'decode(z)') }, 'x', columns);
  const estimate = async (name: 'energy' | 'score', z: PointsInput, x: PointsInput | undefined): Promise<Batch> => {
    const given = latent.functions.estimator;
    if (given === undefined) throw new Error(`${name}: the model "${card.name}" learns no energy of codes, and its file has none.`);
    const at = await readCodes(z, `${name}(z)`);
    if (!given.includes('x')) return call('estimator', { z: at }, name, name === 'energy' ? null : codes);
    if (x === undefined) throw new Error(`${name}: the energy is that of codes given data; give ${name}(z, x).`);
    const data = await readRows(x, `${name}(z, x)`);
    if (data.dims[0] !== at.dims[0])
      throw new RangeError(`${name}: expected a row of data for each of ${at.dims[0]} codes; got ${data.dims[0]}.`);
    return call('estimator', { z: at, x: data }, name, name === 'energy' ? null : codes);
  };

  return {
    encode,
    decode,
    reconstruct: async (x, options) => decode(await encode(x, options)),
    generate: async (options: GenerateOptions) => {
      checkOptionNames('generate', options, ['n', 'seed']);
      const { n, seed = 0 } = options;
      positive('generate', 'n', n);
      const values = new Float32Array(n * codes);
      randomStream(seed, 0, 1).fill(values, 'gaussian');
      return decode(await call('prior', { noise: rowsOf(values, codes) }, 'z', codes));
    },
    interpolate: async (from, to, options: InterpolateOptions = {}) => {
      checkOptionNames('interpolate', options, ['steps']);
      const { steps = 9 } = options;
      positive('interpolate', 'steps', steps, 2);
      const [a, b] = [await readCodes(from, 'interpolate(from)'), await readCodes(to, 'interpolate(to)')];
      const n = a.dims[0];
      if (b.dims[0] !== n) throw new RangeError(`interpolate: expected as many codes to go to as to come from, ${n}; got ${b.dims[0]}.`);
      const repeated = ({ data }: Rows): Rows => {
        const values = new Float32Array(n * steps * codes);
        for (let i = 0; i < n * steps; i++) {
          const row = Math.floor(i / steps) * codes;
          values.set(data.subarray(row, row + codes), i * codes);
        }
        return rowsOf(values, codes);
      };
      const shares = Float32Array.from({ length: n * steps }, (_, i) => (i % steps) / (steps - 1));
      return call('geodesic', { from: repeated(a), to: repeated(b), t: rowsOf(shares, 1) }, 'z', codes);
    },
    energy: (z, x) => estimate('energy', z, x),
    score: (z, x) => estimate('score', z, x),
  };
}
