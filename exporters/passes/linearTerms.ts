import type { Graph } from '../ir/graph.ts';
import { producers, useCounts } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { type Size, sameShape } from '../ir/size.ts';
import { uniformValue, type Value } from '../ir/value.ts';
import { elements, numberOf, PASS, productCost } from './estimateCost.ts';
import { asProduct, scaledOperand } from './scalars.ts';

/** coefficient · value; `exclusive`: nothing else reads the value. */
export interface Term {
  readonly coefficient: number;
  readonly value: Value;
  readonly exclusive: boolean;
}

/** A node that is linear in `operand`, all else being equal to that of other views with the same key. */
export interface View {
  readonly key: string;
  readonly operand: Value;
  readonly coefficient: number;
  /** The same node with another operand. */
  with(operand: Value, output: Value): Node;
  /** What one such node costs (see estimateCost). */
  readonly cost: number;
}

/** Questions about one graph, asked by passes that rearrange sums and products. */
export function inspect(graph: Graph, id: (value: Value) => number) {
  const made = producers(graph);
  const uses = useCounts(graph);
  const isSum = (node: Node | undefined): boolean => (node?.op === 'Add' || node?.op === 'Sub') && node.outputs[0].dtype === 'float32';

  /** A sum with the sums inside it that nobody else reads, as terms; terms of another shape than the whole stay as they are. */
  function termsOf(root: Node): Term[] {
    const { shape } = root.outputs[0];
    const terms: Term[] = [];
    const walk = (value: Value, coefficient: number, exclusive: boolean): void => {
      const node = made.get(value);
      const alone = exclusive && uses.get(value) === 1;
      const scaled = scaledOperand(node);
      if (value.shape === null || shape === null || !sameShape(value.shape, shape)) terms.push({ coefficient, value, exclusive: false });
      else if (scaled !== null) walk(scaled.operand, coefficient * scaled.number, alone);
      else if (node !== undefined && isSum(node) && alone) spread(node, coefficient);
      else terms.push({ coefficient, value, exclusive: alone });
    };
    const spread = ({ op, inputs }: Node, coefficient: number): void => {
      walk(inputs[0] as Value, coefficient, true);
      walk(inputs[1] as Value, op === 'Sub' ? -coefficient : coefficient, true);
    };
    spread(root, 1);
    return terms;
  }

  const inner = new Set<Value>();
  const mark = (value: Value | null, shape: readonly Size[] | null): void => {
    if (value === null || value.shape === null || shape === null || uses.get(value) !== 1 || !sameShape(value.shape, shape)) return;
    const node = made.get(value);
    if (isSum(node)) inner.add(value);
    else mark(scaledOperand(node)?.operand ?? null, shape);
  };
  for (const node of graph.nodes) if (isSum(node)) for (const value of node.inputs) mark(value, node.outputs[0].shape);

  /** Sums that are not part of a larger one. */
  const roots = graph.nodes.filter((node) => {
    const [value] = node.outputs;
    return isSum(node) && value.shape !== null && !inner.has(value);
  });

  /** The operands in which the node of a term is linear. */
  function viewsOf(value: Value): View[] {
    const node = made.get(value);
    if (node === undefined || value.dtype !== 'float32') return [];
    const product = asProduct(node);
    if (product !== null) {
      const { a, b, transA, transB, alpha } = product;
      const [rows, inner] = (a.shape as readonly Size[]).map(numberOf);
      const [m, k] = transA ? [inner, rows] : [rows, inner];
      const cost = productCost(m, k, elements(b) / k);
      const view = (name: string, fixed: Value, operand: Value, position: 0 | 1): View => ({
        key: `${name} ${transA} ${transB} ${id(fixed)} ${operand.shape?.map((size) => JSON.stringify(size))}`,
        operand,
        coefficient: alpha,
        with: (replacement, output) => ({
          ...node,
          op: 'Gemm',
          inputs: node.inputs.with(position, replacement),
          attributes: gemm(node),
          outputs: [output],
        }),
        cost,
      });
      return [view('left', a, b, 1), view('right', b, a, 0)];
    }
    if (node.op !== 'ReduceSum' && node.op !== 'ReduceMean') return [];
    const [operand, axes] = node.inputs;
    if (operand === null || operand.shape === null) return [];
    const named = axes?.constant ? Array.from(axes.constant) : axes ? `%${id(axes)}` : 'all';
    const key = `${node.op} ${named} ${JSON.stringify(node.attributes)} ${JSON.stringify(operand.shape)}`;
    return [
      {
        key,
        operand,
        coefficient: 1,
        with: (x, output) => ({ ...node, inputs: node.inputs.with(0, x), outputs: [output] }),
        cost: (PASS / 3) * elements(operand),
      },
    ];
  }

  /** An elementwise product with the products inside it, as a number and its factors; sums and all else are factors. */
  function factorsOf(value: Value, limit = 8): { readonly coefficient: number; readonly factors: readonly Value[] } {
    const whole = { coefficient: 1, factors: [value] };
    const node = made.get(value);
    const uniform = value.dtype === 'float32' ? uniformValue(value) : null;
    if (uniform !== null && uniform !== 0 && value.shape?.length === 0) return { coefficient: uniform, factors: [] };
    const scaled = scaledOperand(node);
    if (scaled !== null) {
      const inner = factorsOf(scaled.operand, limit);
      return { ...inner, coefficient: inner.coefficient * scaled.number };
    }
    if (node?.op !== 'Mul' || value.dtype !== 'float32' || limit < 2) return whole;
    const [a, b] = node.inputs.map((factor) => factorsOf(factor as Value, limit - 1));
    if (a.factors.length + b.factors.length > limit) return whole;
    return { coefficient: a.coefficient * b.coefficient, factors: [...a.factors, ...b.factors].sort((x, y) => id(x) - id(y)) };
  }

  return { made, roots, termsOf, viewsOf, factorsOf };
}

const gemm = ({ attributes }: Node): Node['attributes'] =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => name !== 'alpha'));
