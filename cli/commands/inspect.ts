import type { Command } from 'commander';
import type { Io } from '../io.ts';
import type { Description } from '../onnx/describe.ts';
import type { LatentDescription } from '../onnx/describeLatent.ts';
import type { Port } from '../onnx/readModel.ts';
import { aligned, counted, kilobytes } from '../text.ts';

const port = ({ name, type, shape }: Port): string => `${name} ${type}[${shape.join(', ')}]`;

const ops = (nodes: Readonly<Record<string, number>>): string => {
  const total = Object.values(nodes).reduce((a, b) => a + b, 0);
  return `${counted(total, 'node')}: ${Object.entries(nodes)
    .map(([op, n]) => `${op} ${n}`)
    .join(', ')}`;
};

const plain = (value: unknown): string =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.entries(value)
        .map(([key, entry]) => `${key} ${entry !== null && typeof entry === 'object' ? JSON.stringify(entry) : entry}`)
        .join(', ')
    : Array.isArray(value)
      ? value.join(', ')
      : String(value ?? '–');

/** What stands in the card of a latent variable model as JSON. */
const latentRows = ({ manifold, codes, noise, functions }: LatentDescription): [string, string][] => [
  ['latent', `${manifold}, ${counted(codes, 'column')}`],
  [
    'noise',
    Object.entries(noise)
      .map(([name, drawn]) => `${name} ${drawn}`)
      .join(', ') || 'none: the encoder is deterministic',
  ],
  [
    'functions',
    Object.entries(functions)
      .map(([name, inputs]) => `${name}(${inputs.join(', ')})`)
      .join(', '),
  ],
];

function page(description: Description): string {
  const { file, bytes, irVersion, opsets, producer, card, inputs, outputs, nodes, functions, parameters, latent } = description;
  const own = latent === null ? [] : latentRows(latent);
  const told = new Set([...own.map(([key]) => key), ...(latent === null ? [] : ['manifold'])]);
  const sets = Object.entries(opsets).map(([domain, version]) => `${domain} ${version}`);
  return aligned([
    ['file', `${file}, ${kilobytes(bytes)}, ONNX IR ${irVersion}, opset ${sets.join(', ')}`],
    ['written by', producer || '–'],
    ['inputs', inputs.map(port).join(', ')],
    ['outputs', outputs.map(port).join(', ')],
    ['parameters', parameters.toLocaleString('en')],
    ['graph', ops(nodes)],
    ...functions.map((fn): [string, string] => [fn.name, ops(fn.nodes)]),
    ...Object.entries(card)
      .filter(([key]) => !told.has(key))
      .map(([key, value]): [string, string] => [key, plain(value)]),
    ...own,
  ]);
}

async function inspect(path: string, { json }: { json?: boolean }, io: Io): Promise<void> {
  const [{ readModel }, { describe }] = await Promise.all([import('../onnx/readModel.ts'), import('../onnx/describe.ts')]);
  const description = describe(await readModel(path));
  io.stdout.write(`${json ? JSON.stringify(description, null, 2) : page(description)}\n`);
}

export const inspectCommand = (program: Command, io: Io): Command =>
  program
    .command('inspect')
    .summary('what a file says of itself')
    .description('Shows the card, inputs, outputs, operators and size of an ONNX file, without running it.')
    .argument('<model.onnx>', 'any ONNX file')
    .option('--json', 'as JSON')
    .action((path: string, flags: { json?: boolean }) => inspect(path, flags, io));
