import { describeSite } from '../ir/callSite.ts';
import type { Graph } from '../ir/graph.ts';
import type { Attribute, Node } from '../ir/node.ts';
import { type Assignment, fitSize, isSymbolic, type Size } from '../ir/size.ts';
import { makeValue, type Value } from '../ir/value.ts';
import { generaliseConstant } from './generaliseConstant.ts';
import type { ConcreteTrace } from './traceOnce.ts';
import { Ungeneralisable } from './ungeneralisable.ts';

/**
 * One graph for all sizes, from traces of the same function at several: every size, attribute and constant that differs between them is
 * fitted as an affine function of the symbols. The traces beyond those needed for the fit verify it.
 *
 * @param numbers symbols that are numbers of the program's, not sizes
 * @throws Ungeneralisable naming the line where the traces part
 */
export function generalise(traces: readonly ConcreteTrace[], assignments: readonly Assignment[], numbers: readonly string[] = []): Graph {
  const [first, ...others] = traces.map(({ graph }) => graph);
  for (const other of others) requireSameStructure(first, other);
  const merged = new Map<Value, Value>();
  const constantNodes: Node[] = [];

  const fitted = (values: readonly number[], where: () => string): Size => {
    const size = fitSize(values, assignments);
    if (size === null || (isSymbolic(size) && numbers.some((name) => name in size.coefficients)))
      throw new Ungeneralisable(`${where()} is ${values.join(', ')} at the sizes ${describe(assignments)}, which is not affine in them`);
    return size;
  };
  const mergeConstant = (value: Value, index: number, node: Node, input: number): Value => {
    const versions = [value, ...others.map((graph) => graph.nodes[index].inputs[input] as Value)];
    return constantOf(versions, () => `a constant read by ${node.op} ${describeSite(node.site)}`);
  };
  const constantOf = (versions: readonly Value[], where: () => string): Value => {
    const known = merged.get(versions[0]);
    if (known !== undefined) return known;
    const { value, nodes } = generaliseConstant(versions, assignments, where);
    constantNodes.push(...nodes);
    merged.set(versions[0], value);
    return value;
  };
  const mergeAttribute = (versions: readonly Attribute[], where: () => string): Attribute => {
    const [head] = versions;
    if (versions.every((version) => Object.is(version, head))) return head;
    if (versions.every((version) => typeof version === 'number')) return fitted(versions as number[], where);
    if (Array.isArray(head)) {
      if (versions.some((version) => (version as Attribute[]).length !== head.length))
        throw new Ungeneralisable(`${where()} changes its length with the sizes`);
      return head.map((_, i) =>
        mergeAttribute(
          versions.map((version) => (version as Attribute[])[i]),
          where,
        ),
      );
    }
    throw new Ungeneralisable(`${where()} changes with the sizes: ${versions.join(', ')}`);
  };
  const mergeShape = (versions: readonly Value[], where: () => string): Size[] =>
    (versions[0].shape as readonly number[]).map((_, axis) =>
      fitted(
        versions.map((version) => (version.shape as readonly number[])[axis]),
        where,
      ),
    );

  const inputs = first.inputs.map(({ name, value }, i) => {
    const shape = mergeShape([value, ...others.map((graph) => graph.inputs[i].value)], () => `the shape of input ${name}`);
    const symbolic = makeValue(value.dtype, shape, name);
    merged.set(value, symbolic);
    return { name, value: symbolic };
  });
  const nodes: Node[] = first.nodes.map((node, index) => {
    const twins = [node, ...others.map((graph) => graph.nodes[index])];
    const at = () => `${node.op} ${describeSite(node.site)}`;
    const attributes = Object.fromEntries(
      Object.keys(node.attributes).map((key) => [
        key,
        mergeAttribute(
          twins.map((twin) => twin.attributes[key]),
          () => `attribute ${key} of ${at()}`,
        ),
      ]),
    );
    const nodeInputs = node.inputs.map((value, i) => {
      if (value === null) return null;
      return value.constant === null ? (merged.get(value) as Value) : mergeConstant(value, index, node, i);
    });
    const outputs = node.outputs.map((value, i) => {
      const symbolic = makeValue(
        value.dtype,
        mergeShape(
          twins.map((twin) => twin.outputs[i]),
          () => `the output shape of ${at()}`,
        ),
        value.hint,
      );
      merged.set(value, symbolic);
      return symbolic;
    });
    return { ...node, inputs: nodeInputs, attributes, outputs };
  });
  const outputs = first.outputs.map(({ name, value }, i) => {
    const versions = [value, ...others.map((graph) => graph.outputs[i].value)];
    return {
      name,
      value: value.constant === null ? (merged.get(value) as Value) : constantOf(versions, () => `output ${name}, a constant`),
    };
  });
  return { name: first.name, inputs, outputs, nodes: [...constantNodes, ...nodes] };
}

const describe = (assignments: readonly Assignment[]): string =>
  assignments
    .map((assignment) =>
      Object.entries(assignment)
        .map(([name, size]) => `${name}=${size}`)
        .join(' '),
    )
    .join(', ');

/** Values are numbered in the order in which a trace made them, so equal numbers mean the same place in the program. */
function numbering(graph: Graph): Map<Value, number> {
  const values = [...graph.inputs.map(({ value }) => value), ...graph.nodes.flatMap((node) => node.outputs)];
  return new Map(values.map((value, i) => [value, i]));
}

/** @throws Ungeneralisable naming the operation at which two traces part */
function requireSameStructure(a: Graph, b: Graph): void {
  const numbersA = numbering(a);
  const numbersB = numbering(b);
  const same = (x: Value | null, y: Value | null): boolean => x !== null && y !== null && numbersA.get(x) === numbersB.get(y);
  const length = Math.max(a.nodes.length, b.nodes.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.nodes[i], b.nodes[i]];
    if (
      x === undefined ||
      y === undefined ||
      x.op !== y.op ||
      x.inputs.length !== y.inputs.length ||
      !x.inputs.every((value, k) => same(value, y.inputs[k]))
    ) {
      const parted = x ?? y;
      throw new Ungeneralisable(
        `the traced function runs other operations at other sizes: they part at ${parted.op} ${describeSite(parted.site)}. ` +
          'Avoid JS branches and loops over a symbolic size, or export with that size fixed',
      );
    }
  }
  if (!a.outputs.every(({ name, value }, i) => b.outputs[i]?.name === name && same(value, b.outputs[i].value))) {
    throw new Ungeneralisable(
      `the traced function returns other outputs at other sizes: ${a.outputs.map(({ name }) => name)} and ${b.outputs.map(({ name }) => name)}`,
    );
  }
}
