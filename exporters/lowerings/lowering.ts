import type { Node } from '../ir/node.ts';
import type { Value } from '../ir/value.ts';
import type { Builder } from '../onnx/builder.ts';

/** How one tfjs kernel is written in ONNX operators. */
export interface Lowering {
  readonly kernel: string;
  /** Attributes that may depend on symbolic sizes; a dependence of any other is refused. */
  readonly symbolic: readonly string[];
  lower(op: Builder, node: Node): Value | readonly Value[];
}

/** `'bias?'` is the name of an optional input. */
type InputMap<Names extends string> = {
  readonly [N in Names as N extends `${infer Base}?` ? Base : N]: N extends `${string}?` ? Value | undefined : Value;
};

type Write<Names extends string, Attrs> = (op: Builder, inputs: InputMap<Names>, attrs: Attrs, node: Node) => Value | readonly Value[];

/**
 * A lowering that says only which operators: `lowering('Softmax', ['logits'], (op, { logits }, { dim }: SoftmaxAttrs) => …)`.
 * The traced shape and dtype are put on what it returns.
 */
export function lowering<const Names extends string, Attrs = object>(
  kernel: string,
  _inputs: readonly Names[],
  write: Write<Names, Attrs>,
  symbolic: readonly string[] = [],
): Lowering {
  const lower = (op: Builder, node: Node): Value | readonly Value[] => {
    const inputs = Object.fromEntries(node.inputs.map((value, i) => [node.inputNames?.[i] ?? String(i), value]));
    return write(op, inputs as InputMap<Names>, node.attributes as Attrs, node);
  };
  return { kernel, symbolic, lower };
}

/** A kernel that takes a list of tensors. */
export function variadic<Attrs = object>(
  kernel: string,
  write: (op: Builder, inputs: readonly Value[], attrs: Attrs, node: Node) => Value | readonly Value[],
  symbolic: readonly string[] = [],
): Lowering {
  return { kernel, symbolic, lower: (op, node) => write(op, node.inputs as Value[], node.attributes as Attrs, node) };
}
