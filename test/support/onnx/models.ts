import { type FunctionSpec, type ModelSpec, type NodeSpec, writeOnnx } from './proto.ts';

/** Metadata as the exporter writes it, with the given changes. */
function metadata(name: string, manifold: string, m: number, shared: readonly string[]): Record<string, string> {
  const inputs = { Step: ['x', 'noise', 'stepSize', ...shared], Start: manifold === 'euclidean:2' ? ['noise'] : ['noise', 'axis'] };
  const noise = { distribution: 'gaussian', shape: ['batch', m] };
  const dynamics = manifold.startsWith('sphere') ? 'riemannianLangevin' : 'langevin';
  return {
    name,
    manifold,
    units: 'nats',
    producer: 'tfjs-mvl 0.1.0',
    epsilon: '0.001',
    training: JSON.stringify({ loss: 'mvl-rld', epochs: 3, seed: 7 }),
    versions: JSON.stringify({ opset: 21 }),
    noise: '{}',
    sampler: JSON.stringify({ name: dynamics, domain: 'tfjs_mvl', step: 'Step', start: 'Start', inputs, noise, stepSize: 0.01 }),
  };
}

export const MU = [0.6, 0, 0.8];
export const KAPPA = 4;

/** Rows divided by their norms. */
const normalise: readonly NodeSpec[] = [
  ['Mul', ['noise', 'noise'], ['squares']],
  ['ReduceSum', ['squares', 'axis'], ['square']],
  ['Sqrt', ['square'], ['norm']],
  ['Div', ['noise', 'norm'], ['x']],
];

/** v − ⟨x, v⟩x */
const tangent: FunctionSpec = {
  name: 'Tangent',
  inputs: ['x', 'v', 'axis'],
  outputs: ['u'],
  nodes: [
    ['Mul', ['x', 'v'], ['products']],
    ['ReduceSum', ['products', 'axis'], ['dot']],
    ['Mul', ['dot', 'x'], ['normal']],
    ['Sub', ['v', 'normal'], ['u']],
  ],
};

/** Exp_x(dt κ P_x μ + √(2 dt) P_x ξ), where κμ is the initializer `pull`. */
const sphereStep: FunctionSpec = {
  name: 'Step',
  inputs: ['x', 'noise', 'stepSize', 'pull', 'axis'],
  outputs: ['next'],
  nodes: [
    ['Mul', ['stepSize', 'pull'], ['drift']],
    ['Add', ['stepSize', 'stepSize'], ['twice']],
    ['Sqrt', ['twice'], ['scale']],
    ['Mul', ['scale', 'noise'], ['kick']],
    ['Add', ['drift', 'kick'], ['ambient']],
    ['Tangent', ['x', 'ambient', 'axis'], ['v'], 'tfjs_mvl'],
    ['Mul', ['v', 'v'], ['squares']],
    ['ReduceSum', ['squares', 'axis'], ['square']],
    ['Sqrt', ['square'], ['length']],
    ['Cos', ['length'], ['cos']],
    ['Sin', ['length'], ['sin']],
    ['Div', ['sin', 'length'], ['sinc']],
    ['Mul', ['cos', 'x'], ['along']],
    ['Mul', ['sinc', 'v'], ['away']],
    ['Add', ['along', 'away'], ['next']],
  ],
};

/** E(x) = −κ⟨μ, x⟩ on S²: von Mises–Fisher, with score κ P_x μ. */
export const vonMisesFisher: ModelSpec = {
  inputs: { x: ['batch', 3] },
  outputs: { energy: ['batch'], score: ['batch', 3] },
  nodes: [
    ['MatMul', ['x', 'negative'], ['column']],
    ['Squeeze', ['column', 'axis'], ['energy']],
    ['Tangent', ['x', 'pull', 'axis'], ['score'], 'tfjs_mvl'],
  ],
  initializers: {
    negative: { dims: [3, 1], floats: MU.map((mu) => -KAPPA * mu) },
    pull: { dims: [3], floats: MU.map((mu) => KAPPA * mu) },
    axis: { dims: [1], ints: [1] },
  },
  functions: [tangent, sphereStep, { name: 'Start', inputs: ['noise', 'axis'], outputs: ['x'], nodes: normalise }],
  metadata: metadata('poles', 'sphere:2', 3, ['pull', 'axis']),
};

export const MEAN = [1, -2];
export const PRECISION = [4, 1];

/** E(x) = ½ Σ λᵢ (xᵢ − μᵢ)² on the plane, with score −λ(x − μ) and Langevin steps. */
export const gaussian: ModelSpec = {
  inputs: { x: ['batch', 2] },
  outputs: { energy: ['batch'], score: ['batch', 2] },
  nodes: [
    ['Sub', ['x', 'mean'], ['offset']],
    ['Mul', ['offset', 'precision'], ['pull']],
    ['Mul', ['offset', 'pull'], ['products']],
    ['ReduceSum', ['products', 'axis'], ['sum']],
    ['Squeeze', ['sum', 'axis'], ['double']],
    ['Mul', ['double', 'half'], ['energy']],
    ['Neg', ['pull'], ['score']],
  ],
  initializers: {
    mean: { dims: [2], floats: MEAN },
    precision: { dims: [2], floats: PRECISION },
    half: { dims: [], floats: [0.5] },
    axis: { dims: [1], ints: [1] },
  },
  functions: [
    {
      name: 'Step',
      inputs: ['x', 'noise', 'stepSize', 'mean', 'precision'],
      outputs: ['next'],
      nodes: [
        ['Sub', ['x', 'mean'], ['offset']],
        ['Mul', ['offset', 'precision'], ['pull']],
        ['Mul', ['pull', 'stepSize'], ['drift']],
        ['Add', ['stepSize', 'stepSize'], ['twice']],
        ['Sqrt', ['twice'], ['scale']],
        ['Mul', ['scale', 'noise'], ['kick']],
        ['Sub', ['x', 'drift'], ['moved']],
        ['Add', ['moved', 'kick'], ['next']],
      ],
    },
    { name: 'Start', inputs: ['noise'], outputs: ['x'], nodes: [['Identity', ['noise'], ['x']]] },
  ],
  metadata: metadata('plane', 'euclidean:2', 2, ['mean', 'precision']),
};

/** The file of a model, with changes to its parts; metadata set to undefined is left out. */
export function onnxOf(
  spec: ModelSpec,
  changes: Partial<ModelSpec> & { readonly meta?: Readonly<Record<string, string | undefined>> } = {},
): Uint8Array {
  const { meta = {}, ...parts } = changes;
  const merged = Object.entries({ ...spec.metadata, ...meta }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return writeOnnx({ ...spec, metadata: Object.fromEntries(merged), ...parts });
}
