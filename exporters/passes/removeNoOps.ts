import type { Graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { sameShape } from '../ir/size.ts';
import { uniformValue, type Value } from '../ir/value.ts';
import { type Rule, rewrite } from './rewrite.ts';

const keepsShape = (node: Node, value: Value | null): value is Value =>
  value !== null && value.shape !== null && node.outputs[0].shape !== null && sameShape(value.shape, node.outputs[0].shape);

const is = (value: Value | null, number: number): boolean => value !== null && uniformValue(value) === number;

/** `operand` 0 or 1 of the node is the neutral number, so the other operand is the result. */
const neutral =
  (number: number, sides: readonly (0 | 1)[]): Rule =>
  (node) => {
    const side = sides.find((index) => is(node.inputs[index], number) && keepsShape(node, node.inputs[1 - index]));
    return side === undefined ? null : node.inputs[1 - side];
  };

const sameAsInput: Rule = (node) => (keepsShape(node, node.inputs[0]) ? node.inputs[0] : null);

const NO_OPS: Readonly<Record<string, Rule>> = {
  Identity: (node) => node.inputs[0],
  Reshape: sameAsInput,
  Expand: sameAsInput,
  Transpose: (node) => ((node.attributes.perm as number[]).every((axis, i) => axis === i) ? node.inputs[0] : null),
  Sum: (node) => (node.inputs.length === 1 ? node.inputs[0] : null),
  Concat: (node) => (node.inputs.length === 1 ? node.inputs[0] : null),
  Mul: neutral(1, [0, 1]),
  Div: neutral(1, [1]),
  Add: neutral(0, [0, 1]),
  Sub: neutral(0, [1]),
  Pow: neutral(1, [1]),
};

/** Operations that return their input: x·1, x + 0, x reshaped to its own shape, … */
export const removeNoOps = (graph: Graph): Graph => rewrite(graph, (node, context) => NO_OPS[node.op]?.(node, context) ?? null);
