import { create, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  FunctionProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
} from 'onnx-buf';
import type { Graph } from '../ir/graph.ts';
import type { Value } from '../ir/value.ts';
import { constantPool } from '../passes/shareCommonSubexpressions.ts';
import { nodeProtos, pooledInitializers, tensorProtos, valueInfo } from './graphProto.ts';
import { makeNames, separateOutputs } from './names.ts';
import type { Target } from './target.ts';
import { tensorProto } from './tensor.ts';

/** The domain of the local functions that a file carries beside its main graph. */
export const FUNCTION_DOMAIN = 'tfjs_mvl';

export interface ModelSpec {
  readonly main: Graph;
  /** Further graphs, kept as local functions: a runtime that does not call them ignores them. */
  readonly functions?: readonly Graph[];
  readonly target: Target;
  /** `metadata_props`; may use the functions' inputs, which are known only here. */
  readonly metadata: (functionInputs: Readonly<Record<string, readonly string[]>>) => Readonly<Record<string, string>>;
  readonly producer: { readonly name: string; readonly version: string };
}

/** The bytes of an ONNX file. Constants that a function shares with the main graph are stored once and handed to it as inputs. */
export function writeModel({ main, functions = [], target, metadata, producer }: ModelSpec): Uint8Array {
  const graph = separateOutputs(main);
  const names = makeNames(graph.inputs, graph.outputs);
  const { initializers, pooled, nameOf } = pooledInitializers(names);
  const nodes = nodeProtos(graph, names, nameOf);
  const opsets = [
    { domain: '', version: BigInt(target.opset) },
    ...(functions.length > 0 ? [{ domain: FUNCTION_DOMAIN, version: 1n }] : []),
  ];
  const local = functions.map((fn) => functionProto(fn, target, (value) => initializers.get(pooled(value))));
  const entries = metadata(Object.fromEntries(local.map(({ proto, callInputs }) => [proto.name, callInputs])));
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(target.irVersion),
    producerName: producer.name,
    producerVersion: producer.version,
    opsetImport: opsets,
    graph: create(GraphProtoSchema, {
      name: graph.name,
      node: nodes,
      initializer: tensorProtos(initializers),
      input: graph.inputs.map(valueInfo),
      output: graph.outputs.map(valueInfo),
    }),
    functions: local.map(({ proto }) => proto),
    metadataProps: Object.entries(entries).map(([key, value]) => ({ key, value })),
  });
  return toBinary(ModelProtoSchema, model);
}

function functionProto(fn: Graph, target: Target, initializerOf: (value: Value) => string | undefined) {
  const graph = separateOutputs(fn);
  const names = makeNames(graph.inputs, graph.outputs);
  const shared = new Map<string, string>();
  const own = new Map<Value, string>();
  const pooled = constantPool();
  const nodes = nodeProtos(graph, names, (value) => {
    const initializer = initializerOf(value);
    if (initializer !== undefined) {
      const name = shared.get(initializer) ?? names.fresh(initializer);
      shared.set(initializer, name);
      return name;
    }
    const constant = pooled(value);
    own.set(constant, names.of(constant));
    return names.of(constant);
  });
  const constants = [...own].map(([value, name]) =>
    create(NodeProtoSchema, {
      name: names.fresh('Constant_node'),
      opType: 'Constant',
      output: [name],
      attribute: [tensorAttribute(value, name)],
    }),
  );
  const inputs = graph.inputs.map(({ name }) => name);
  const proto = create(FunctionProtoSchema, {
    name: graph.name,
    domain: FUNCTION_DOMAIN,
    input: [...inputs, ...shared.values()],
    output: graph.outputs.map(({ name }) => name),
    node: [...constants, ...nodes],
    opsetImport: [{ domain: '', version: BigInt(target.opset) }],
  });
  // What the main graph calls the same things: a caller passes its initializers after the graph's inputs.
  return { proto, callInputs: [...inputs, ...shared.keys()] };
}

const tensorAttribute = (value: Value, name: string): AttributeProto =>
  create(AttributeProtoSchema, { name: 'value', type: AttributeProto_AttributeType.TENSOR, t: tensorProto(value, name) });
