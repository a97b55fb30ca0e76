import type { Graph } from './graph.ts';
import { formatSize, isSymbolic } from './size.ts';
import type { Value } from './value.ts';

const SHORT = 4;

const formatShape = (value: Value): string => (value.shape === null ? '?' : value.shape.map(formatSize).join('x') || 'scalar');

function formatConstant(value: Value): string {
  const data = value.constant as NonNullable<Value['constant']>;
  if (data.length <= SHORT) return `${value.dtype}[${Array.from(data, (x) => Number(x.toPrecision(6))).join(' ')}]`;
  return `${value.hint}:${formatShape(value)}`;
}

const formatAttribute = (value: unknown): string => {
  if (isSymbolic(value)) return formatSize(value);
  if (Array.isArray(value)) return `[${value.map(formatAttribute).join(' ')}]`;
  return String(value);
};

/**
 * The graph as text, stable from run to run: goldens are this text. One line a node,
 * `%2 = Tanh(%1) : float32 batchx128`.
 */
export function print(graph: Graph): string {
  const names = new Map<Value, string>();
  for (const { name, value } of graph.inputs) names.set(value, name);
  const show = (value: Value | null): string => {
    if (value === null) return '_';
    return value.constant === null ? (names.get(value) ?? '%?') : formatConstant(value);
  };
  let next = 0;
  const lines = graph.nodes.map((node) => {
    for (const value of node.outputs) names.set(value, `%${next++}`);
    const attributes = Object.entries(node.attributes)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([key, value]) => `${key}=${formatAttribute(value)}`);
    const types = node.outputs.map((value) => `${value.dtype} ${formatShape(value)}`).join(', ');
    return `  ${node.outputs.map(show).join(', ')} = ${node.op}(${[...node.inputs.map(show), ...attributes].join(', ')}) : ${types}`;
  });
  const inputs = graph.inputs.map(({ name, value }) => `${name}: ${value.dtype} ${formatShape(value)}`).join(', ');
  const outputs = graph.outputs.map(({ name, value }) => `${name} = ${show(value)}`).join(', ');
  return [`${graph.name}(${inputs})`, ...lines, `  return ${outputs}`, ''].join('\n');
}
