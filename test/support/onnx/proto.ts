import { create, toBinary } from '@bufbuild/protobuf';
import {
  FunctionProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from 'onnx-buf';

/** `[operator, inputs, outputs, domain?]` */
export type NodeSpec = readonly [string, readonly string[], readonly string[], string?];
export type Shape = readonly (number | string)[];

export interface TensorSpec {
  readonly dims: readonly number[];
  readonly floats?: readonly number[];
  readonly ints?: readonly number[];
}

export interface FunctionSpec {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly NodeSpec[];
}

export interface ModelSpec {
  readonly nodes: readonly NodeSpec[];
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly outputs: Readonly<Record<string, Shape>>;
  readonly initializers?: Readonly<Record<string, TensorSpec>>;
  readonly functions?: readonly FunctionSpec[];
  readonly metadata?: Readonly<Record<string, string>>;
}

const DOMAIN = 'tfjs_mvl';

const node = ([opType, input, output, domain = '']: NodeSpec) =>
  create(NodeProtoSchema, { opType, input: [...input], output: [...output], domain, name: `${opType}_${output[0]}` });

const opsets = (domains: readonly string[]) =>
  domains.map((domain) => create(OperatorSetIdProtoSchema, { domain, version: domain === '' ? 21n : 1n }));

const dimension = (dim: number | string) =>
  create(TensorShapeProto_DimensionSchema, {
    value: typeof dim === 'number' ? { case: 'dimValue', value: BigInt(dim) } : { case: 'dimParam', value: dim },
  });

function valueInfo(name: string, shape: Shape) {
  const tensor = create(TypeProto_TensorSchema, {
    elemType: TensorProto_DataType.FLOAT,
    shape: create(TensorShapeProtoSchema, { dim: shape.map(dimension) }),
  });
  return create(ValueInfoProtoSchema, { name, type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensor } }) });
}

const initializer = (name: string, { dims, floats = [], ints = [] }: TensorSpec) =>
  create(TensorProtoSchema, {
    name,
    dims: dims.map(BigInt),
    dataType: ints.length > 0 ? TensorProto_DataType.INT64 : TensorProto_DataType.FLOAT,
    floatData: [...floats],
    int64Data: ints.map(BigInt),
  });

const entries = <T, R>(record: Readonly<Record<string, T>>, make: (name: string, value: T) => R): R[] =>
  Object.entries(record).map(([name, value]) => make(name, value));

/** An ONNX file (IR 10, opset 21), written without the project's exporter. */
export function writeOnnx({ nodes, inputs, outputs, initializers = {}, functions = [], metadata = {} }: ModelSpec): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: 10n,
    producerName: 'test',
    opsetImport: opsets(['', DOMAIN]),
    graph: create(GraphProtoSchema, {
      name: 'energy',
      node: nodes.map(node),
      input: entries(inputs, valueInfo),
      output: entries(outputs, valueInfo),
      initializer: entries(initializers, initializer),
    }),
    functions: functions.map((fn) =>
      create(FunctionProtoSchema, {
        name: fn.name,
        domain: DOMAIN,
        input: [...fn.inputs],
        output: [...fn.outputs],
        node: fn.nodes.map(node),
        opsetImport: opsets(['', DOMAIN]),
      }),
    ),
    metadataProps: entries(metadata, (key, value) => create(StringStringEntryProtoSchema, { key, value })),
  });
  return toBinary(ModelProtoSchema, model);
}
