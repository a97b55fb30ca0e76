import type { Graph } from '../../exporters/ir/graph.ts';
import { useCounts } from '../../exporters/ir/graph.ts';
import type { Node } from '../../exporters/ir/node.ts';
import { formatSize, isSymbolic } from '../../exporters/ir/size.ts';
import type { Value } from '../../exporters/ir/value.ts';

const LISTED = 8;

const shapeText = (value: Value): string => (value.shape === null ? '?' : value.shape.map(formatSize).join('x') || 'scalar');

function constantText(value: Value): string {
  const data = Array.from(value.constant ?? [], (x) =>
    Math.abs(x) === Number.MAX_SAFE_INTEGER ? 'end' : String(Number(x.toPrecision(4))),
  );
  if (data.length > LISTED) return `const:${shapeText(value)}`;
  return value.shape?.length === 0 ? data[0] : `[${data.join(' ')}]`;
}

const attributeText = (value: unknown): string => {
  if (isSymbolic(value)) return formatSize(value);
  return Array.isArray(value) ? `[${value.map(attributeText).join(' ')}]` : String(value);
};

/**
 * A graph in few words: chains of operators in which each result goes to the next only, such as `x -> Softmax:batchx3`; `_` is what comes down the
 * chain, and a name before a chain is its result, where others read it.
 */
export function compact(graph: Graph): string[] {
  const uses = useCounts(graph);
  const names = new Map<Value, string>(graph.inputs.map(({ name, value }) => [value, name]));
  const outputs = new Map(graph.outputs.map(({ name, value }) => [value, name]));
  const show = (value: Value | null): string => {
    if (value === null) return 'none';
    return value.constant === null ? (names.get(value) ?? '?') : constantText(value);
  };
  const call = (node: Node, chained: Value | null): string => {
    const operands = node.inputs.map((value) => (value !== null && value === chained ? '_' : show(value)));
    const attributes = Object.entries(node.attributes)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([key, value]) => `${key}=${attributeText(value)}`);
    const plain = operands.length === 1 && operands[0] === '_' && attributes.length === 0;
    return plain ? node.op : `${node.op}(${[...operands, ...attributes].join(', ')})`;
  };
  const lines: string[] = [];
  let labels = 0;
  for (let i = 0; i < graph.nodes.length; ) {
    const first = graph.nodes[i];
    const lead = first.inputs.length === 1 ? first.inputs[0] : null;
    let text = lead === null ? call(first, null) : `${show(lead)} -> ${call(first, lead)}`;
    let last = first;
    for (i++; i < graph.nodes.length; i++) {
      const [value] = last.outputs;
      const next = graph.nodes[i];
      if (last.outputs.length > 1 || uses.get(value) !== 1 || !next.inputs.includes(value)) break;
      text += ` -> ${call(next, value)}`;
      last = next;
    }
    const shapes = last.outputs.map((value) => `${value.dtype === 'float32' ? '' : `${value.dtype} `}${shapeText(value)}`).join(', ');
    for (const value of last.outputs) names.set(value, outputs.get(value) ?? `%${labels++}`);
    const single = graph.outputs.length === 1 && last.outputs.length === 1 && outputs.has(last.outputs[0]);
    lines.push(`${single ? '' : `${last.outputs.map(show).join(', ')} = `}${text}:${shapes}`);
  }
  if (graph.nodes.length === 0 || graph.outputs.some(({ name, value }) => names.get(value) !== name && value.constant === null)) {
    lines.push(`return ${graph.outputs.map(({ value }) => show(value)).join(', ')}`);
  }
  return lines;
}
