import { type Graph, type NamedValue, substitute } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { type Carried, type Scanned, scan } from '../ir/scan.ts';
import { sizeOf } from '../ir/size.ts';
import { int64, like, makeConstant, makeValue, type Value } from '../ir/value.ts';

/** The same numbers with the axis of the rows cut into blocks: `[…, n, …]` to `[…, blocks, n / blocks, …]`. */
function inBlocks(value: Value, axis: number, blocks: number): { readonly node: Node; readonly stacked: Value } {
  const shape = value.shape as readonly number[];
  const cut = [...shape.slice(0, axis), blocks, shape[axis] / blocks, ...shape.slice(axis + 1)];
  const stacked = makeValue(value.dtype, cut, value.hint);
  return { node: { op: 'Reshape', inputs: [value, int64(cut, 'shape')], attributes: {}, outputs: [stacked] }, stacked };
}

/**
 * A step whose means are taken block by block, so that what lies between is small enough for the caches.
 *
 * @param means the first part, lowered for a block of rows
 * @param rest the second, lowered for the whole batch
 * @param inputs those of the step, the batch's at their whole size
 * @param axisOf the axis along which an input has the rows; null: it has none
 */
export function blockedStep(
  means: Graph,
  rest: Graph,
  inputs: readonly NamedValue[],
  axisOf: (input: string) => number | null,
  blocks: number,
): Graph {
  const outer = new Map(inputs.map(({ name, value }) => [name, value]));
  const joined = (graph: Graph): Map<Value, Value> =>
    new Map(graph.inputs.flatMap(({ name, value }) => (outer.has(name) ? [[value, outer.get(name) as Value] as const] : [])));

  const cuts: Node[] = [];
  const scanned: Scanned[] = [];
  const shared = joined(means);
  for (const { name, value } of means.inputs) {
    const axis = axisOf(name);
    if (axis === null) continue;
    shared.delete(value);
    const { node, stacked } = inBlocks(outer.get(name) as Value, axis, blocks);
    cuts.push(node);
    scanned.push({ stacked, inside: value, axis });
  }
  const body = substitute(means, means.nodes, shared);
  const sums = body.outputs.map(({ value }): { carried: Carried; add: Node } => {
    const shape = value.shape as readonly number[];
    const [inside, next] = [like(value), like(value)];
    const initial = makeConstant(new Float32Array(sizeOf(shape)), value.dtype, shape, 'zeros');
    return { carried: { initial, inside, next }, add: { op: 'Add', inputs: [inside, value], attributes: {}, outputs: [next] } };
  });
  const loop = scan(means.name, [...body.nodes, ...sums.map(({ add }) => add)], { carried: sums.map(({ carried }) => carried), scanned });
  const share = makeConstant(Float32Array.of(1 / blocks), 'float32', [], 'share');
  const averages = means.outputs.map(({ name }, i): { name: string; node: Node } => {
    const sum = loop.outputs[i];
    const average = like(sum);
    return { name, node: { op: 'Mul', inputs: [sum, share], attributes: {}, outputs: [average] } };
  });
  for (const { name, node } of averages) outer.set(name, node.outputs[0]);
  const end = substitute(rest, rest.nodes, joined(rest));
  return { name: rest.name, inputs, outputs: end.outputs, nodes: [...cuts, loop, ...averages.map(({ node }) => node), ...end.nodes] };
}
