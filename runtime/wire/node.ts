import { all, decodeText, readFields, text } from './fields.ts';
import { ATTRIBUTE, FUNCTION, GRAPH, NODE, VALUE_INFO } from './proto.ts';

/** A node, with what the graphs inside it (the branches of an If, the body of a Scan) take from outside. */
export interface NodeView {
  /** Names of values that it reads; of inner graphs all names, a superset. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Keys of the operators that it calls. */
  readonly calls: readonly string[];
}

/** How functions are looked up: by domain and name. */
export const operatorKey = (domain: string, name: string): string => `${domain}::${name}`;

const names = (payloads: readonly Uint8Array[]) => payloads.map(decodeText);

function innerGraphs(attribute: Uint8Array): NodeView[] {
  const fields = readFields(attribute);
  return [...all(fields, ATTRIBUTE.graph), ...all(fields, ATTRIBUTE.graphs)].map((graph) => {
    const parts = readFields(graph);
    const nodes = all(parts, GRAPH.node).map(readNode);
    // A branch may hand out an outer value as it is, so its outputs count as read.
    const outputs = all(parts, GRAPH.output).map((info) => text(readFields(info), VALUE_INFO.name));
    return { reads: [...nodes.flatMap((node) => node.reads), ...outputs], writes: [], calls: nodes.flatMap((node) => node.calls) };
  });
}

export function readNode(payload: Uint8Array): NodeView {
  const fields = readFields(payload);
  const inner = all(fields, NODE.attribute).flatMap(innerGraphs);
  return {
    reads: [...names(all(fields, NODE.input)), ...inner.flatMap((graph) => graph.reads)],
    writes: names(all(fields, NODE.output)),
    calls: [operatorKey(text(fields, NODE.domain), text(fields, NODE.opType)), ...inner.flatMap((graph) => graph.calls)],
  };
}

export interface FunctionView {
  readonly key: string;
  readonly outputs: readonly string[];
  /** Keys of the operators in its body. */
  readonly calls: readonly string[];
}

export function readFunction(payload: Uint8Array): FunctionView {
  const fields = readFields(payload);
  return {
    key: operatorKey(text(fields, FUNCTION.domain), text(fields, FUNCTION.name)),
    outputs: names(all(fields, FUNCTION.output)),
    calls: all(fields, FUNCTION.node).flatMap((node) => readNode(node).calls),
  };
}
