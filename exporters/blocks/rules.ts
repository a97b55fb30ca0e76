import type { Node } from '../ir/node.ts';
import { isSymbolic, type Size } from '../ir/size.ts';
import { FREE, isMean, isZero, REST, ROWS, type Role } from './role.ts';

/** A node with what is known of its inputs: their roles, and the axes along which inputs and output have the rows of the batch. */
export interface Situation {
  readonly node: Node;
  readonly roles: readonly Role[];
  readonly axes: readonly (number | null)[];
  readonly outputAxis: number | null;
  readonly batch: string;
}

/** The role of a kernel's result; null: it mixes rows in a way that this cannot follow. */
export type Rule = (situation: Situation) => Role | null;

const degreeOf = (role: Role): number => (role.kind === 'rest' ? Number.NaN : role.degree);
const some = (roles: readonly Role[], kind: Role['kind']): boolean => roles.some((role) => role.kind === kind);
const sameDegree = (roles: readonly Role[]): boolean => roles.every((role) => degreeOf(role) === degreeOf(roles[0]));

/** What holds for any kernel: from what is free comes what is free, and once the means are known everything can be computed that reads no row. */
export const whole: Rule = ({ roles }) => {
  if (some(roles, 'rows')) return null;
  if (roles.every((role) => role.kind === 'free' && role.degree === 0)) return FREE;
  return roles.every((role) => role.kind !== 'sum' || isMean(role)) ? REST : null;
};

/** f(a, b, …), element by element or within each row. */
const pointwise: Rule = (situation) => {
  const { roles } = situation;
  if (!some(roles, 'rows')) return whole(situation);
  return roles.every((role) => (role.kind === 'rows' || role.kind === 'free') && role.degree === 0) ? ROWS : null;
};

/** Moves the elements of one input, or scales them by numbers. */
const linear: Rule = ({ roles }) => roles[0];

/** a + b + … */
const additive: Rule = (situation) => {
  const { roles } = situation;
  if (some(roles, 'rest')) return whole(situation);
  const added = roles.filter((role) => !isZero(role));
  if (added.length < roles.length && added.length > 0) {
    const result = additive({ ...situation, roles: added });
    return result?.kind === 'free' && some(roles, 'rows') ? { ...result, kind: 'rows' } : result;
  }
  if (some(roles, 'sum')) {
    if (some(roles, 'rows')) return null;
    const sums = roles.filter(({ kind }) => kind === 'sum');
    const free = roles.filter(({ kind }) => kind === 'free');
    const shifted = free.length === 0 || (isMean(sums[0]) && free.every((role) => degreeOf(role) === 0));
    return sameDegree(sums) && shifted ? sums[0] : whole(situation);
  }
  if (!sameDegree(roles)) return whole(situation);
  return roles.find(({ kind }) => kind === 'rows') ?? roles[0];
};

/** a · b, linear in both. */
const product = (a: Role, b: Role): Role | null => {
  if (a.kind === 'rest' || b.kind === 'rest') return null;
  const both = { degree: a.degree + b.degree, ...((isZero(a) || isZero(b)) && { zero: true }) };
  if (a.kind === 'free') return { kind: b.kind, ...both };
  if (b.kind === 'free') return { kind: a.kind, ...both };
  return a.kind === 'rows' && b.kind === 'rows' ? { kind: 'rows', ...both } : null;
};

const multiplied: Rule = (situation) => product(situation.roles[0], situation.roles[1]) ?? whole(situation);

const square: Rule = (situation) => product(situation.roles[0], situation.roles[0]) ?? whole(situation);

const divided: Rule = (situation) => {
  const [a, b] = situation.roles;
  if (b.kind === 'sum' || b.kind === 'rest') return whole(situation);
  return product(a, { kind: b.kind, degree: -b.degree }) ?? whole(situation);
};

const sizeBefore = (shape: readonly Size[] | null, axis: number): number =>
  (shape ?? []).slice(0, axis).reduce<number>((n, size) => n * (isSymbolic(size) ? Number.NaN : size), 1);

/** The rows stay apart where as many elements lie before their axis as did. */
const reshape: Rule = (situation) => {
  const { node, roles, axes, outputAxis } = situation;
  if (roles[0].kind !== 'rows') return linear(situation);
  const [before, after] = [sizeBefore(node.inputs[0]?.shape ?? null, axes[0] ?? 0), sizeBefore(node.outputs[0].shape, outputAxis ?? 0)];
  return before === after ? roles[0] : null;
};

const listed = (attribute: unknown): readonly number[] => [attribute].flat() as number[];

const reverse: Rule = (situation) => (listed(situation.node.attributes.dims).includes(situation.axes[0] ?? -1) ? null : linear(situation));

const stridedSlice: Rule = (situation) =>
  listed(situation.node.attributes.strides).every((stride) => stride > 0) ? linear(situation) : null;

/** Numbers spread to a larger shape: the same in each row. */
const spread: Rule = ({ roles: [x], outputAxis }) => (x.kind === 'free' && outputAxis !== null ? { ...x, kind: 'rows' } : x);

/** Σ or mean over axes, those of the rows among them or not. */
const sum =
  (power: number): Rule =>
  ({ roles: [x], outputAxis }) =>
    x.kind !== 'rows' || outputAxis !== null ? x : { ...x, kind: 'sum', degree: x.degree + power };

const contraction: Rule = (situation) => {
  const { node, roles, axes } = situation;
  const [a, b] = roles;
  const [rankA, rankB] = node.inputs.map((value) => value?.shape?.length ?? 0);
  const { transposeA, transposeB } = node.attributes;
  const inner = [transposeA ? rankA - 2 : rankA - 1, transposeB ? rankB - 1 : rankB - 2];
  const over = [a, b].map((role, i) => role.kind === 'rows' && axes[i] === inner[i]);
  const result = product(a, b) ?? whole(situation);
  if (over[0] && over[1]) return { kind: 'sum', degree: degreeOf(a) + degreeOf(b) };
  return over[0] || over[1] ? null : result;
};

/** `_FusedMatMul`, `FusedConv2D`: the product, then a bias, then an activation. */
const fused =
  (rule: Rule): Rule =>
  (situation) => {
    const { node, roles } = situation;
    const first = rule({ ...situation, roles: roles.slice(0, 2) });
    if (first === null) return null;
    const biased = additive({ ...situation, roles: [first, ...roles.slice(2)] });
    const { activation } = node.attributes;
    if (biased === null || activation === undefined || activation === null || activation === 'linear') return biased;
    return pointwise({ ...situation, roles: [biased] });
  };

/** Moved as they are, and c put around them. */
const padded: Rule = (situation) =>
  situation.node.attributes.constantValue === 0 ? linear(situation) : additive({ ...situation, roles: [situation.roles[0], FREE] });

/** Rounds, unless the result is a number with a fraction too. */
const cast: Rule = (situation) => (situation.node.attributes.dtype === 'float32' ? linear(situation) : pointwise(situation));

/** Images `[batch, …]` with a filter. */
const convolution: Rule = (situation) => {
  const { roles, axes } = situation;
  if (!some(roles, 'rows')) return whole(situation);
  return roles[1].kind === 'free' && axes[0] === 0 ? product(roles[0], roles[1]) : null;
};

/** Σ over images of what each has to say of the filter. */
const filterGradient: Rule = (situation) => {
  const { roles, axes } = situation;
  if (!some(roles, 'rows')) return whole(situation);
  const both = roles.every(({ kind }, i) => kind === 'rows' && axes[i] === 0);
  return both ? { kind: 'sum', degree: degreeOf(roles[0]) + degreeOf(roles[1]) } : null;
};

/** Linear in its first input, whatever it does with the others. */
const linearInFirst: Rule = (situation) => {
  const [first, ...others] = situation.roles;
  const weights = pointwise({ ...situation, roles: others });
  return (weights && product(first, weights)) ?? whole(situation);
};

/** Element by element one or the other. */
const select: Rule = (situation) => {
  const [condition, ...choices] = situation.roles;
  const chosen = additive({ ...situation, roles: choices });
  return chosen && condition.kind !== 'rest' && condition.degree === 0
    ? (product(chosen, condition) ?? whole(situation))
    : whole(situation);
};

const gather: Rule = (situation) => {
  const [x, indices] = situation.roles;
  if (!some(situation.roles, 'rows')) return whole(situation);
  return x.kind === 'free' && degreeOf(indices) === 0 ? { kind: 'rows', degree: x.degree } : null;
};

const segmentSum: Rule = (situation) => {
  const [x, ids] = situation.roles;
  if (!some(situation.roles, 'rows')) return whole(situation);
  return x.kind === 'rows' && ids.kind === 'rows' && situation.axes[0] === 0 ? { kind: 'sum', degree: x.degree } : null;
};

/** Along the last axis, which must not be that of the rows. */
const alongLast: Rule = (situation) =>
  situation.outputAxis === (situation.node.outputs[0].shape ?? []).length - 1 ? whole(situation) : pointwise(situation);

/** The largest, the product, …: within each row, or over no row. */
const reduced: Rule = (situation) => (some(situation.roles, 'rows') && situation.outputAxis === null ? null : pointwise(situation));

const ones: Rule = ({ outputAxis }) => (outputAxis === null ? FREE : ROWS);

const zeros: Rule = ({ outputAxis }) => ({ kind: outputAxis === null ? 'free' : 'rows', degree: 0, zero: true });

/** c · n, or c / n; the rates of an optimiser do not follow the batch. */
const size: Rule = ({ node, batch }) => {
  const { entries, reciprocal } = node.attributes as { entries: readonly Size[]; reciprocal: boolean };
  const following = entries.map((entry) => isSymbolic(entry) && batch in entry.coefficients);
  if (!following.includes(true)) return FREE;
  const plain = entries.every((entry) => isSymbolic(entry) && entry.constant === 0 && Object.keys(entry.coefficients).join() === batch);
  return plain ? { kind: 'free', degree: reciprocal ? -1 : 1 } : REST;
};

const rule = (made: Rule, ...kernels: readonly string[]): Record<string, Rule> =>
  Object.fromEntries(kernels.map((kernel) => [kernel, made]));

/** By tfjs kernel. One that is not here must not see rows. */
export const RULES: Readonly<Record<string, Rule>> = {
  ...rule(linear, 'AvgPool', 'ExpandDims', 'Identity', 'Neg', 'Slice', 'SplitV', 'Transpose', 'Unpack'),
  ...rule(additive, 'Add', 'AddN', 'Concat', 'Pack', 'Sub'),
  ...rule(
    pointwise,
    ...['Abs', 'Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atan2', 'Atanh', 'Ceil', 'ClipByValue', 'Cos', 'Cosh', 'Elu', 'Equal', 'Erf'],
    ...['Exp', 'Expm1', 'Floor', 'FloorDiv', 'Greater', 'GreaterEqual', 'IsFinite', 'IsInf', 'IsNan', 'LeakyRelu', 'Less', 'LessEqual'],
    ...['Log', 'Log1p', 'LogicalAnd', 'LogicalNot', 'LogicalOr', 'Maximum', 'Minimum', 'Mod', 'NotEqual', 'OneHot', 'Pow', 'Prelu'],
    ...['Reciprocal', 'Relu', 'Relu6', 'Round', 'Rsqrt', 'Selu', 'Sigmoid', 'Sign', 'Sin', 'Sinh', 'Softplus', 'Sqrt'],
    ...['SquaredDifference', 'Step', 'Tan', 'Tanh', 'MaxPool'],
  ),
  ...rule(reduced, 'All', 'Any', 'ArgMax', 'ArgMin', 'Max', 'Min', 'Prod'),
  ...rule(alongLast, 'Softmax', 'LogSoftmax'),
  ...rule(spread, 'BroadcastTo', 'Tile'),
  ...rule(convolution, 'Conv2D', 'Conv2DBackpropInput', 'DepthwiseConv2dNative', 'DepthwiseConv2dNativeBackpropInput'),
  ...rule(fused(convolution), 'FusedConv2D', 'FusedDepthwiseConv2D'),
  ...rule(filterGradient, 'Conv2DBackpropFilter', 'DepthwiseConv2dNativeBackpropFilter'),
  ...rule(linearInFirst, 'AvgPoolGrad', 'EluGrad', 'MaxPoolGrad'),
  BatchMatMul: contraction,
  Cast: cast,
  GatherV2: gather,
  Mean: sum(-1),
  Multiply: multiplied,
  OnesLike: ones,
  PadV2: padded,
  RealDiv: divided,
  Reshape: reshape,
  Reverse: reverse,
  Select: select,
  Square: square,
  StridedSlice: stridedSlice,
  Sum: sum(0),
  SymbolicConstant: size,
  UnsortedSegmentSum: segmentSum,
  ZerosLike: zeros,
  _FusedMatMul: fused(contraction),
};
