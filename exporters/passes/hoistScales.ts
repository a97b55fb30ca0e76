import { type Graph, producers } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { like, makeValue, uniformValue, type Value } from '../ir/value.ts';
import { asProduct, scalar, scaleNode } from './scalars.ts';
import { SCALE_RULES, type ScaleContext, type Scaled, scaledConstant } from './scaleRules.ts';

const ONE = scalar(1);

/**
 * Beyond these a scale is multiplied out: a coefficient, or a product of numbers that the graph makes, that is squared again and again would leave the numbers
 * that there are, and its base those of float32.
 */
const [LARGEST, FACTORS] = [2 ** 40, 4];
const isModerate = (coefficient: number): boolean =>
  coefficient === 0 || (Math.abs(coefficient) <= LARGEST && Math.abs(coefficient) >= 1 / LARGEST);

/**
 * Writes float values as coefficient · base and carries the coefficient through everything linear, (p·A)(q·B) = pq·(AB), to where something that
 * is not linear needs the value itself. What differed by a number only is then the same: the gradient of a loss that contains a gradient
 * meets the deltas of the inner one again, and sharing makes them once.
 */
export function hoistScales(graph: Graph): Graph {
  const nodes: Node[] = [];
  const made = producers({ ...graph, nodes: [] });
  const scaled = new Map<Value, Scaled>();
  const wholes = new Map<Value, Value>();
  const ones = new Map<Value, Value>();
  const numbers = new Map<Value | null, Map<Value, Value>>();
  // What something needs multiplied out has its scale applied in any case, and others may as well read that.
  const needed = new Set<Value | null>(graph.outputs.map(({ value }) => value));
  for (const { op, inputs } of graph.nodes) if (!(op in SCALE_RULES)) for (const value of inputs) needed.add(value);

  const factors = new Map<Value, number>();
  /** How many numbers a number is the product of, those of earlier rounds included. */
  const factorsOf = (by: Value | null): number => {
    if (by === null || by.constant !== null) return 0;
    const node = made.get(by);
    const isProduct = (node?.op === 'Mul' || node?.op === 'Div') && node.inputs.every((value) => value?.shape?.length === 0);
    const count = factors.get(by) ?? (isProduct ? node.inputs.reduce((sum, value) => sum + factorsOf(value), 0) : 1);
    factors.set(by, count);
    return count;
  };

  const push = (node: Node): void => {
    nodes.push(node);
    for (const value of node.outputs) made.set(value, node);
  };
  const unscaled = (base: Value): Scaled => ({ coefficient: 1, by: null, base });
  const read = (value: Value): Scaled => {
    if (value.constant === null) return needed.has(value) ? unscaled(whole(value)) : (scaled.get(value) ?? unscaled(value));
    const number = value.dtype === 'float32' ? uniformValue(value) : null;
    if (number === null || number === 0 || !Number.isFinite(number)) return unscaled(value);
    const base = ones.get(value) ?? scaledConstant(value, 1 / number);
    ones.set(value, base);
    return { coefficient: number, by: null, base, ones: true };
  };
  const readFactor: ScaleContext['readFactor'] = (value, node) => {
    const known = read(value);
    if (value.constant !== null || value.shape?.length !== 0 || !node.outputs[0].shape?.length) return known;
    return { coefficient: known.coefficient, by: combine('Mul', known.base, known.by), base: ONE, ones: true };
  };
  const scale = (value: Value, number: number, output = like(value)): Value => {
    if (number === 1) return value;
    push(scaleNode(value, number, output));
    return output;
  };
  const combine: ScaleContext['combine'] = (op, a, b) => {
    if (b === null || (a === null && op === 'Mul')) return a ?? b;
    const key = op === 'Mul' ? a : null;
    const known = op === 'Mul' ? numbers.get(key)?.get(b) : undefined;
    if (known !== undefined) return known;
    const output = makeValue('float32', [], op);
    push({ op, inputs: [a ?? ONE, b], attributes: {}, outputs: [output] });
    if (op === 'Mul') numbers.set(key, (numbers.get(key) ?? new Map<Value, Value>()).set(b, output));
    return output;
  };
  const whole = (value: Value): Value => {
    const known = wholes.get(value);
    if (known !== undefined) return known;
    const { coefficient, by, base } = scaled.get(value) ?? unscaled(value);
    let result = base;
    if (by !== null) {
      push({ op: 'Mul', inputs: [base, scale(by, coefficient)], attributes: {}, outputs: [value] });
      result = value;
    } else if (coefficient !== 1) result = scale(base, coefficient, value);
    wholes.set(value, result);
    return result;
  };
  const emit: ScaleContext['emit'] = (node, inputs, op = node.op, attributes = node.attributes) => {
    const output = like(node.outputs[0]);
    push({ ...node, op, inputs, attributes, outputs: [output] });
    return output;
  };
  const context: ScaleContext = {
    read,
    readFactor,
    whole,
    emit,
    scale,
    combine,
    isProduct: (value) => asProduct(made.get(value)) !== null,
  };
  for (const node of graph.nodes) {
    const result = node.outputs[0].dtype === 'float32' ? (SCALE_RULES[node.op]?.(node, context) ?? null) : null;
    if (result === null) push({ ...node, inputs: node.inputs.map((value) => value && whole(value)) });
    else {
      scaled.set(node.outputs[0], result);
      if (!isModerate(result.coefficient) || factorsOf(result.by) > FACTORS) needed.add(node.outputs[0]);
    }
  }
  const outputs = graph.outputs.map(({ name, value }) => ({ name, value: whole(value) }));
  return { ...graph, nodes, outputs };
}
