import { describeSite } from '../ir/callSite.ts';
import { type Graph, substitute } from '../ir/graph.ts';
import type { Attribute, Node } from '../ir/node.ts';
import { isSymbolic } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import { makeBuilder } from '../onnx/builder.ts';
import { LOWERINGS } from './index.ts';

/**
 * The same graph in ONNX operators.
 *
 * @throws Error naming every kernel without a lowering, with all its call sites, or an attribute that may not depend on a symbolic size
 */
export function lower(graph: Graph): Graph {
  requireLowerings(graph.nodes);
  const builder = makeBuilder(graph.inputs);
  const lowered = new Map<Value, Value>();
  for (const node of graph.nodes) {
    const rule = LOWERINGS[node.op];
    requireStaticAttributes(node, rule.symbolic);
    builder.at(node.site);
    const inputs = node.inputs.map((value) => value && (lowered.get(value) ?? value));
    const results = [rule.lower(builder.op, { ...node, inputs })].flat();
    node.outputs.forEach((traced, i) => {
      // ONNX indices are int64 and tfjs's int32; tfjs truncates what an integer kernel computes in floating point: both are a Cast.
      const result = builder.op.cast(results[i], traced.dtype);
      lowered.set(traced, result);
      result.shape ??= traced.shape;
    });
  }
  return substitute({ ...graph, nodes: [] }, builder.nodes, lowered);
}

function requireLowerings(nodes: readonly Node[]): void {
  const missing = new Map<string, Set<string>>();
  for (const node of nodes) {
    if (LOWERINGS[node.op] !== undefined) continue;
    missing.set(node.op, (missing.get(node.op) ?? new Set()).add(describeSite(node.site)));
  }
  if (missing.size === 0) return;
  const lines = [...missing].map(([kernel, sites]) => `  ${kernel}\n${[...sites].map((site) => `    ${site}`).join('\n')}`);
  throw new Error(
    `${missing.size} tfjs kernel(s) have no ONNX lowering yet:\n${lines.join('\n')}\nWrite the function with other operations, or keep these outside the exported part`,
  );
}

const dependsOnSizes = (attribute: Attribute): boolean =>
  isSymbolic(attribute) || (Array.isArray(attribute) && attribute.some((entry) => dependsOnSizes(entry as Attribute)));

function requireStaticAttributes(node: Node, symbolic: readonly string[]): void {
  for (const [name, attribute] of Object.entries(node.attributes)) {
    if (dependsOnSizes(attribute) && !symbolic.includes(name)) {
      throw new Error(
        `attribute ${name} of ${node.op} depends on a symbolic size, which ONNX cannot express, ${describeSite(node.site)}; export with that size fixed`,
      );
    }
  }
}
