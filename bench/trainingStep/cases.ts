import { randomStream } from '../../random/stream.ts';

/** The optimiser of a case, in the words of tfjs. */
export type OptimizerSpec =
  | { readonly name: 'rmsprop'; readonly learningRate: number; readonly decay: number; readonly momentum: number; readonly epsilon: number }
  | { readonly name: 'adam'; readonly learningRate: number; readonly beta1: number; readonly beta2: number; readonly epsilon: number };

type Shapes = Readonly<Record<string, readonly number[]>>;

/** A training step that every peer takes from the same parameters on the same inputs. */
export interface Case {
  readonly id: string;
  /** As a table names it. */
  readonly title: string;
  readonly kind: 'mvl-ld' | 'mvl-rld' | 'mlp-classifier' | 'cnn-classifier';
  readonly epsilon: number;
  readonly optimizer: OptimizerSpec;
  readonly params: Shapes;
  readonly inputs: Shapes;
}

const RMSPROP: OptimizerSpec = { name: 'rmsprop', learningRate: 1e-5, decay: 0.9, momentum: 0, epsilon: 1e-7 };
const ADAM: OptimizerSpec = { name: 'adam', learningRate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

const energyNet = (d: number, h: number): Shapes => ({ W1: [d, h], b1: [h], W2: [h, h], b2: [h], W3: [h, 1], b3: [1] });

const mvl = (d: number, h: number, n: number): Case => ({
  id: `mvl-ld-${d}-${h}-${n}`,
  title: `MVL-LD ${d}, ${h}, ${n}`,
  kind: 'mvl-ld',
  epsilon: 1e-3,
  optimizer: RMSPROP,
  params: energyNet(d, h),
  inputs: { x: [n, d], z: [n, d] },
});

/** d, h and batch of an energy MLP d–h–h–1; then the sphere, and two classifiers of MNIST's size. */
export const CASES: readonly Case[] = [
  mvl(3, 100, 1000),
  mvl(8, 256, 128),
  mvl(784, 256, 128),
  mvl(3, 100, 10000),
  mvl(64, 512, 512),
  { ...mvl(3, 100, 1000), id: 'mvl-rld-3-100-1000', title: 'MVL-RLD on S² 3, 100, 1000', kind: 'mvl-rld' },
  {
    id: 'mlp-classifier',
    title: 'classifier MLP 784–256–128–10, 128',
    kind: 'mlp-classifier',
    epsilon: 0,
    optimizer: ADAM,
    params: { W1: [784, 256], b1: [256], W2: [256, 128], b2: [128], W3: [128, 10], b3: [10] },
    inputs: { x: [128, 784], y: [128, 10] },
  },
  {
    id: 'cnn-classifier',
    title: 'classifier CNN 28×28, 8 and 16 filters, 128',
    kind: 'cnn-classifier',
    epsilon: 0,
    optimizer: ADAM,
    params: { K1: [3, 3, 1, 8], b1: [8], K2: [3, 3, 8, 16], b2: [16], W3: [400, 10], b3: [10] },
    inputs: { x: [128, 28, 28, 1], y: [128, 10] },
  },
];

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Seeded numbers for a tensor: weights scaled by their fan-in, one-hot labels, points of the sphere where the case lives there. */
function numbers({ kind }: Case, name: string, shape: readonly number[], stream: ReturnType<typeof randomStream>): Float32Array {
  const values = Float32Array.from({ length: sizeOf(shape) }, () => stream.gaussian());
  const width = shape.at(-1) as number;
  if (name === 'y') return values.map((_, i) => (i % width === (7 * Math.floor(i / width)) % width ? 1 : 0));
  if (name.startsWith('b')) return values.map((v) => 0.1 * v);
  if (/^[WK]/.test(name)) return values.map((v) => v / Math.sqrt(sizeOf(shape) / width));
  if (kind !== 'mvl-rld' || name !== 'x') return values;
  return values.map((v, i) => {
    const row = values.subarray(i - (i % width), i - (i % width) + width);
    return v / Math.hypot(...row);
  });
}

/** All tensors of a case, parameters first. */
export function tensorsOf(given: Case): { name: string; shape: readonly number[]; values: Float32Array }[] {
  const stream = randomStream(7, 1);
  return Object.entries({ ...given.params, ...given.inputs }).map(([name, shape]) => ({
    name,
    shape,
    values: numbers(given, name, shape, stream),
  }));
}
