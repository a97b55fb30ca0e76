import { type Field, readFields, text } from './fields.ts';
import { type NodeView, readFunction, readNode } from './node.ts';
import type { OnnxFile } from './onnxFile.ts';
import { GRAPH, MODEL, NODE, TENSOR, VALUE_INFO } from './proto.ts';
import { writeValueInfo } from './valueInfo.ts';
import { concat, message, string } from './write.ts';

/** A node that takes the place of the whole graph. */
export interface Call {
  readonly domain: string;
  readonly name: string;
  /** Inputs of the call: inputs of the new graph, or initializers of the file. */
  readonly arguments: readonly string[];
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>;
  /** All outputs of the function, in its order. */
  readonly outputs: Readonly<Record<string, readonly (number | string)[]>>;
}

const nameOf = (field: Field, key: number): string => text(readFields(field.payload), key);

/** The nodes that the outputs depend on, and all names that these read. Nodes of an ONNX graph come in topological order. */
function alive(
  nodes: readonly Field[],
  outputs: readonly string[],
): {
  kept: Set<Field>;
  views: NodeView[];
  needed: Set<string>;
} {
  const needed = new Set(outputs);
  const kept = new Set<Field>();
  const views: NodeView[] = [];
  for (const field of nodes.toReversed()) {
    const view = readNode(field.payload);
    if (!view.writes.some((name) => needed.has(name))) continue;
    for (const name of view.reads) needed.add(name);
    kept.add(field);
    views.push(view);
  }
  return { kept, views, needed };
}

/** The functions that are called, directly or by others. */
function calledFunctions(model: readonly Field[], views: readonly NodeView[]): Set<Field> {
  const functions = new Map(
    model.filter((field) => field.number === MODEL.functions).map((field) => [readFunction(field.payload).key, field] as const),
  );
  const called = new Set<Field>();
  const visit = (key: string): void => {
    const field = functions.get(key);
    if (field === undefined || called.has(field)) return;
    called.add(field);
    readFunction(field.payload).calls.forEach(visit);
  };
  for (const key of views.flatMap((view) => view.calls)) visit(key);
  return called;
}

/** The file with another graph, less the functions that this one does not call. */
function withGraph(file: OnnxFile, graph: readonly Field[], views: readonly NodeView[]): Uint8Array<ArrayBuffer> {
  const called = calledFunctions(file.model, views);
  const rest = file.model.filter((field) => field.number !== MODEL.graph && (field.number !== MODEL.functions || called.has(field)));
  return concat([...rest.map((field) => field.raw), message(MODEL.graph, ...graph.map((field) => field.raw))]);
}

function pruned(file: OnnxFile, graph: readonly Field[], outputs: readonly string[]): Uint8Array<ArrayBuffer> {
  const { kept, views, needed } = alive(
    graph.filter((field) => field.number === GRAPH.node),
    outputs,
  );
  const stays = (field: Field): boolean => {
    if (field.number === GRAPH.node) return kept.has(field);
    if (field.number === GRAPH.initializer) return needed.has(nameOf(field, TENSOR.name));
    if (field.number === GRAPH.valueInfo) return needed.has(nameOf(field, VALUE_INFO.name));
    return true;
  };
  return withGraph(file, graph.filter(stays), views);
}

/** The model with some of its outputs only, and nothing that these do not need. */
export function withOutputs(file: OnnxFile, outputs: readonly string[]): Uint8Array<ArrayBuffer> {
  const graph = file.graph.filter((field) => field.number !== GRAPH.output || outputs.includes(nameOf(field, VALUE_INFO.name)));
  return pruned(file, graph, outputs);
}

/** The model with one call of one of its functions as its graph, and only the initializers that the call takes. */
export function withCall(file: OnnxFile, call: Call): Uint8Array<ArrayBuffer> {
  const node = message(
    GRAPH.node,
    ...call.arguments.map((name) => string(NODE.input, name)),
    ...Object.keys(call.outputs).map((name) => string(NODE.output, name)),
    string(NODE.name, call.name),
    string(NODE.opType, call.name),
    string(NODE.domain, call.domain),
  );
  const inputs = Object.entries(call.inputs).map(([name, shape]) => message(GRAPH.input, writeValueInfo(name, shape)));
  const outputs = Object.entries(call.outputs).map(([name, shape]) => message(GRAPH.output, writeValueInfo(name, shape)));
  const replaced: readonly number[] = [GRAPH.node, GRAPH.input, GRAPH.output];
  const kept = file.graph.filter((field) => !replaced.includes(field.number));
  return pruned(file, [...readFields(concat([node, ...inputs, ...outputs])), ...kept], Object.keys(call.outputs));
}
