import type { NodeProto, TensorProto } from 'onnx-buf';
import { describeLatent, type LatentDescription } from './describeLatent.ts';
import { type ModelFile, type Port, portOf } from './readModel.ts';

export interface Description {
  readonly file: string;
  readonly bytes: number;
  readonly irVersion: number;
  readonly opsets: Readonly<Record<string, number>>;
  readonly producer: string;
  /** Metadata, with what is JSON there parsed. */
  readonly card: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** How often each operator occurs in the main graph. */
  readonly nodes: Readonly<Record<string, number>>;
  readonly functions: readonly {
    readonly name: string;
    readonly inputs: readonly string[];
    readonly nodes: Readonly<Record<string, number>>;
  }[];
  /** Numbers in floating point initializers, and in tables that functions have of their own, as decoders have their weights. */
  readonly parameters: number;
  /** null: the file is not that of a latent variable model. */
  readonly latent: LatentDescription | null;
}

function countOps(nodes: readonly NodeProto[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { opType } of nodes) counts.set(opType, (counts.get(opType) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)));
}

const FLOATS = [1, 10, 11];

const sizeOf = ({ dims }: TensorProto): number => dims.reduce((product, d) => product * Number(d), 1);

/** Numbers in constants of more than one. */
const tablesIn = (nodes: readonly NodeProto[]): number =>
  nodes
    .flatMap(({ opType, attribute }) =>
      opType === 'Constant' ? attribute.flatMap(({ t }) => (t && FLOATS.includes(t.dataType) ? [sizeOf(t)] : [])) : [],
    )
    .reduce((sum, size) => sum + (size > 1 ? size : 0), 0);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What there is to know of an ONNX file without running it. */
export function describe({ path, size, model }: ModelFile): Description {
  const { graph, functions } = model;
  const initializers = graph?.initializer ?? [];
  const weights = initializers.filter(({ dataType }) => FLOATS.includes(dataType));
  const named = new Set(initializers.map(({ name }) => name));
  const card = Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, parsed(value)]));
  const outputs = (graph?.output ?? []).map(portOf);
  return {
    file: path,
    bytes: size,
    irVersion: Number(model.irVersion),
    opsets: Object.fromEntries(model.opsetImport.map(({ domain, version }) => [domain || 'onnx', Number(version)])),
    producer: `${model.producerName} ${model.producerVersion}`.trim(),
    card,
    inputs: (graph?.input ?? []).filter(({ name }) => !named.has(name)).map(portOf),
    outputs,
    nodes: countOps(graph?.node ?? []),
    functions: functions.map(({ domain, name, input, node }) => ({ name: `${domain}.${name}`, inputs: input, nodes: countOps(node) })),
    parameters: [...weights.map(sizeOf), ...functions.map(({ node }) => tablesIn(node))].reduce((sum, size) => sum + size, 0),
    latent: describeLatent(card, named, Number(outputs[0]?.shape[1])),
  };
}
