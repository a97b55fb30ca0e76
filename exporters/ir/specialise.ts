import type { Graph, NamedValue } from './graph.ts';
import type { Attribute, Node } from './node.ts';
import { type Assignment, addSizes, isSymbolic, type Size } from './size.ts';
import { makeConstant, makeValue, type Value } from './value.ts';

const fixed = (size: Size, sizes: Assignment): Size =>
  isSymbolic(size)
    ? Object.entries(size.coefficients).reduce<Size>(
        (sum, [name, coefficient]) =>
          name in sizes ? addSizes(sum, coefficient * sizes[name]) : addSizes(sum, { constant: 0, coefficients: { [name]: coefficient } }),
        size.constant,
      )
    : size;

const fixedAttribute = (attribute: Attribute, sizes: Assignment): Attribute => {
  if (isSymbolic(attribute)) return fixed(attribute, sizes);
  return Array.isArray(attribute) ? attribute.map((entry) => fixedAttribute(entry as Attribute, sizes)) : attribute;
};

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** Numbers that followed the sizes are constants once these are known. */
function constantOf({ op, attributes, outputs: [output] }: Node): Value | null {
  const shape = output.shape as readonly number[];
  const make = (data: readonly number[]) => makeConstant(ARRAYS[output.dtype as 'float32'].from(data), output.dtype, shape, output.hint);
  if (op === 'SymbolicConstant') {
    const entries = attributes.entries as readonly Size[];
    if (entries.some(isSymbolic)) return null;
    return make((entries as readonly number[]).map((entry) => (attributes.reciprocal ? 1 / entry : entry)));
  }
  if (op !== 'SymbolicRange' || isSymbolic(attributes.count as Size)) return null;
  const { start, step, count } = attributes as Readonly<Record<string, number>>;
  return make(Array.from({ length: count }, (_, i) => start + step * i));
}

/**
 * The traced graph at given sizes: shapes and attributes that followed them are numbers. Runtimes plan such a graph's memory, and the passes can
 * tell what is worth doing. Symbols without a size stay open.
 */
export function specialise(graph: Graph, sizes: Assignment): Graph {
  const values = new Map<Value, Value>();
  const make = (value: Value): Value => {
    const known = values.get(value);
    if (known !== undefined) return known;
    const made =
      value.constant !== null ? value : makeValue(value.dtype, value.shape?.map((size) => fixed(size, sizes)) ?? null, value.hint);
    values.set(value, made);
    return made;
  };
  const named = (list: readonly NamedValue[]): NamedValue[] => list.map(({ name, value }) => ({ name, value: make(value) }));
  const inputs = named(graph.inputs);
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const next: Node = {
      ...node,
      inputs: node.inputs.map((value) => value && make(value)),
      attributes: Object.fromEntries(Object.entries(node.attributes).map(([key, value]) => [key, fixedAttribute(value, sizes)])),
      outputs: node.outputs.map(make),
    };
    const constant = constantOf(next);
    if (constant === null) nodes.push(next);
    else values.set(node.outputs[0], constant);
  }
  return { name: graph.name, inputs, outputs: named(graph.outputs), nodes };
}
