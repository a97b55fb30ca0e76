import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  type ValueInfoProto,
} from 'onnx-buf';
import type { Graph, NamedValue } from '../ir/graph.ts';
import { symbol } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import { nodeProtos, pooledInitializers, valueInfo } from './graphProto.ts';
import { makeNames, separateOutputs } from './names.ts';
import type { Target } from './target.ts';
import { tensorProto } from './tensor.ts';

/** The first dimension of what a loop takes and gives once a step. */
export const STEPS = 'steps';

export interface LoopSpec {
  /** One step. */
  readonly body: Graph;
  /** Inputs that each step hands on to the next, with the output that holds the new value. */
  readonly carried: readonly { readonly input: string; readonly output: string }[];
  /** Inputs that stay the same in all steps. All other inputs are given once a step. */
  readonly resident: readonly string[];
  readonly target: Target;
  readonly metadata: Readonly<Record<string, string>>;
  readonly producer: { readonly name: string; readonly version: string };
}

const stacked = ({ name, value }: NamedValue): ValueInfoProto =>
  valueInfo({ name, value: { ...value, shape: [symbol(STEPS), ...(value.shape ?? [])] } });

/**
 * The bytes of an ONNX file that takes many steps in one call: a Scan of the body. Inputs and outputs keep their names; those of single steps
 * get a first axis `steps`. Behind the carried outputs come all others, stacked.
 */
export function writeLoop({ body, carried, resident, target, metadata, producer }: LoopSpec): Uint8Array {
  const graph = separateOutputs(body);
  const find = (list: readonly NamedValue[], name: string): NamedValue => list.find((entry) => entry.name === name) as NamedValue;
  const carriedIn = carried.map(({ input }) => find(graph.inputs, input));
  const carriedOut = carried.map(({ output }) => find(graph.outputs, output));
  const fixed = graph.inputs.filter(({ name }) => resident.includes(name));
  const scanned = graph.inputs.filter((input) => !carriedIn.includes(input) && !fixed.includes(input));
  const collected = graph.outputs.filter((output) => !carriedOut.includes(output));

  // A body may not use an outer name anew: what belongs to one step is called after it.
  const inner = ({ name, value }: NamedValue): NamedValue => ({ name: `step/${name}`, value });
  const [innerInputs, innerOutputs] = [[...carriedIn, ...scanned].map(inner), [...carriedOut, ...collected].map(inner)];
  const names = makeNames([...innerInputs, ...fixed], innerOutputs);
  const { initializers, nameOf } = pooledInitializers(names);
  for (const { name } of [...graph.inputs, ...graph.outputs]) names.reserve(name);
  const nodes = nodeProtos(graph, names, nameOf);
  const scan = create(NodeProtoSchema, {
    name: 'Scan_node',
    opType: 'Scan',
    input: [...carriedIn, ...scanned].map(({ name }) => name),
    output: [...carriedOut, ...collected].map(({ name }) => name),
    attribute: [
      create(AttributeProtoSchema, {
        name: 'body',
        type: AttributeProto_AttributeType.GRAPH,
        g: create(GraphProtoSchema, {
          name: `${graph.name}_step`,
          node: nodes,
          initializer: [...initializers].map(([value, name]: [Value, string]) => tensorProto(value, name)),
          input: innerInputs.map(valueInfo),
          output: innerOutputs.map(valueInfo),
        }),
      }),
      create(AttributeProtoSchema, { name: 'num_scan_inputs', type: AttributeProto_AttributeType.INT, i: BigInt(scanned.length) }),
    ],
  });
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(target.irVersion),
    producerName: producer.name,
    producerVersion: producer.version,
    opsetImport: [{ domain: '', version: BigInt(target.opset) }],
    graph: create(GraphProtoSchema, {
      name: graph.name,
      node: [scan],
      input: [...carriedIn.map(valueInfo), ...fixed.map(valueInfo), ...scanned.map(stacked)],
      output: [...carriedOut.map(valueInfo), ...collected.map(stacked)],
    }),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return toBinary(ModelProtoSchema, model);
}
