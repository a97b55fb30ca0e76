import { create } from '@bufbuild/protobuf';
import { type NodeProto, NodeProtoSchema, type ValueInfoProto, ValueInfoProtoSchema } from 'onnx-buf';
import type { Graph, NamedValue } from '../ir/graph.ts';
import { formatSize, isSymbolic, type Size } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import { constantPool } from '../passes/shareCommonSubexpressions.ts';
import { attributeProto } from './attribute.ts';
import type { Names } from './names.ts';
import { DATA_TYPES } from './tensor.ts';

const dimension = (size: Size) =>
  isSymbolic(size)
    ? ({ value: { case: 'dimParam', value: formatSize(size) } } as const)
    : ({ value: { case: 'dimValue', value: BigInt(size) } } as const);

/** Name, dtype and shape of an input or output. */
export function valueInfo({ name, value }: NamedValue): ValueInfoProto {
  const tensorType = { elemType: DATA_TYPES[value.dtype], shape: { dim: (value.shape ?? []).map(dimension) } };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: tensorType } } });
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
      attribute: Object.entries(node.attributes)
        .filter(([, value]) => value !== undefined && value !== null)
        .map(([name, value]) => attributeProto(name, value)),
    }),
  );
}

/** Initializers of one graph as its nodes ask for them, equal constants once. */
export function pooledInitializers(names: Names) {
  const pooled = constantPool();
  const initializers = new Map<Value, string>();
  const nameOf = (value: Value): string => {
    const constant = pooled(value);
    const name = initializers.get(constant) ?? names.of(constant);
    initializers.set(constant, name);
    return name;
  };
  return { initializers, pooled, nameOf };
}
