import { create } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import type { Graph, NamedValue } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { formatSize, isSymbolic, type Size } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import { constantPool } from '../passes/shareCommonSubexpressions.ts';
import { attributeProto } from './attribute.ts';
import { type Names, separateOutputs } from './names.ts';
import { DATA_TYPES, tensorProto } from './tensor.ts';

const dimension = (size: Size) =>
  isSymbolic(size)
    ? ({ value: { case: 'dimParam', value: formatSize(size) } } as const)
    : ({ value: { case: 'dimValue', value: BigInt(size) } } as const);

/** Name, dtype and shape of an input or output. */
export function valueInfo({ name, value }: NamedValue): ValueInfoProto {
  const tensorType = { elemType: DATA_TYPES[value.dtype], shape: { dim: (value.shape ?? []).map(dimension) } };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: tensorType } } });
}

/** A node's attributes, the graph that it repeats among them. */
function attributesOf({ attributes, body }: Node, names: Names): AttributeProto[] {
  const plain = Object.entries(attributes)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => attributeProto(name, value));
  if (body === undefined) return plain;
  const { GRAPH } = AttributeProto_AttributeType;
  return [...plain, create(AttributeProtoSchema, { name: 'body', type: GRAPH, g: bodyProto(body, names) })];
}

/** A graph inside another: it reads the values of that one by their names, so all names of both must differ. */
function bodyProto(body: Graph, names: Names): GraphProto {
  const graph = separateOutputs(body);
  const renamed = ({ value }: NamedValue): ValueInfoProto => valueInfo({ name: names.of(value), value });
  const input = graph.inputs.map(renamed);
  const { initializers, nameOf } = pooledInitializers(names);
  const node = nodeProtos(graph, names, nameOf);
  return create(GraphProtoSchema, {
    name: graph.name,
    node,
    initializer: tensorProtos(initializers),
    input,
    output: graph.outputs.map(renamed),
  });
}

export function nodeProtos(graph: Graph, names: Names, nameOfConstant: (value: Value) => string): NodeProto[] {
  return graph.nodes.map((node) =>
    create(NodeProtoSchema, {
      name: names.fresh(`${node.op}_node`),
      opType: node.op,
      input: node.inputs.map((value) => {
        if (value === null) return '';
        return value.constant === null ? names.of(value) : nameOfConstant(value);
      }),
      output: node.outputs.map(names.of),
      attribute: attributesOf(node, names),
    }),
  );
}

/** Initializers of one graph as its nodes ask for them, equal constants once. */
export function pooledInitializers(names: Names) {
  const pooled = constantPool();
  const initializers = new Map<Value, string>();
  const nameOf = (value: Value): string => {
    const constant = pooled(value);
    // A constant of a loop's body and of the graph around it has a name in each.
    const name = initializers.get(constant) ?? names.fresh(constant.hint);
    initializers.set(constant, name);
    return name;
  };
  return { initializers, pooled, nameOf };
}

export const tensorProtos = (initializers: ReadonlyMap<Value, string>): TensorProto[] =>
  [...initializers].map(([value, name]) => tensorProto(value, name));
