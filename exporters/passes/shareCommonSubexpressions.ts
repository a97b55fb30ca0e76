import { type Graph, substitute } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { formatSize } from '../ir/size.ts';
import type { ConstantData, Value } from '../ir/value.ts';

/** FNV-1a over the bytes; equal contents have equal hashes, and those with equal hashes are compared. */
function hash(data: ConstantData): number {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  let value = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) value = Math.imul(value ^ bytes[i], 0x01000193);
  return value;
}

const sameData = (a: ConstantData, b: ConstantData): boolean => a.length === b.length && a.every((x, i) => Object.is(x, b[i]));

/** Finds, for a constant, the first one seen with the same dtype, shape and contents. */
export function constantPool(): (value: Value) => Value {
  const pool = new Map<string, Value[]>();
  return (value) => {
    const data = value.constant as ConstantData;
    const key = `${value.dtype} ${value.shape?.map(formatSize)} ${hash(data)}`;
    const bucket = pool.get(key) ?? [];
    const known = bucket.find((other) => sameData(other.constant as ConstantData, data));
    if (known === undefined) pool.set(key, [...bucket, value]);
    return known ?? value;
  };
}

/**
 * Makes each computation once: nodes with the same operator, attributes and inputs become one, as do equal constants. A repaired
 * gradient recomputes tanh(x) from x; here it meets the forward pass's own Tanh again.
 */
export function shareCommonSubexpressions(graph: Graph): Graph {
  const pooled = constantPool();
  const ids = new Map<Value | null, number>();
  const id = (value: Value | null): number => {
    const known = ids.get(value);
    if (known !== undefined) return known;
    ids.set(value, ids.size);
    return ids.size - 1;
  };
  const substitution = new Map<Value, Value>();
  const seen = new Map<string, number>();
  const nodes: Node[] = [];
  for (const original of graph.nodes) {
    const inputs = original.inputs.map((value) => {
      if (value === null) return null;
      return value.constant === null ? (substitution.get(value) ?? value) : pooled(value);
    });
    const node = { ...original, inputs };
    const key = `${node.op} ${inputs.map(id)} ${JSON.stringify(node.attributes)}`;
    const place = seen.get(key);
    if (place === undefined) {
      seen.set(key, nodes.length);
      nodes.push(node);
      continue;
    }
    const twin = nodes[place];
    // Optional outputs that only this one asks for, such as the places of a MaxPool's maxima.
    nodes[place] = { ...twin, outputs: [...twin.outputs, ...node.outputs.slice(twin.outputs.length)] };
    node.outputs.slice(0, twin.outputs.length).forEach((value, i) => {
      // A lowering may know the shape of one twin only.
      twin.outputs[i].shape ??= value.shape;
      substitution.set(value, twin.outputs[i]);
    });
  }
  return substitute(graph, nodes, substitution);
}
