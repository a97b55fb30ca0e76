import { type Lowering, lowering, variadic } from './lowering.ts';

const unary = ['x'] as const;
const binary = ['a', 'b'] as const;

/** Kernels that are a short formula in ONNX operators. */
export const formulas: readonly Lowering[] = [
  lowering('Expm1', unary, (op, { x }) => op.Sub(op.Exp(x), 1)),
  lowering('Log1p', unary, (op, { x }) => op.Log(op.Add(x, 1))),
  lowering('Rsqrt', unary, (op, { x }) => op.Reciprocal(op.Sqrt(x))),
  /** Halves go to the even neighbour in both. */
  lowering('Round', unary, (op, { x }) => (x.dtype === 'float32' ? op.Round(x) : x)),
  lowering('Square', unary, (op, { x }) => op.Mul(x, x)),
  lowering('SquaredDifference', binary, (op, { a, b }) => {
    const difference = op.Sub(a, b);
    return op.Mul(difference, difference);
  }),
  lowering('NotEqual', binary, (op, { a, b }) => op.Not(op.Equal(a, b))),
  lowering('IsFinite', unary, (op, { x }) => op.Not(op.Or(op.IsNaN(x), op.IsInf(x)))),
  lowering('Relu6', unary, (op, { x }) => op.Clip(x, 0, 6)),
  lowering('ClipByValue', unary, (op, { x }, { clipValueMin, clipValueMax }: { clipValueMin: number; clipValueMax: number }) =>
    op.Clip(x, clipValueMin, clipValueMax),
  ),
  lowering('LeakyRelu', unary, (op, { x }, { alpha }: { alpha: number }) => op.LeakyRelu(op.cast(x, 'float32'), { alpha })),
  lowering('EluGrad', ['dy', 'y'], (op, { dy, y }) => op.Where(op.GreaterOrEqual(y, 0), dy, op.Mul(dy, op.Add(y, 1)))),
  lowering('Select', ['condition', 't', 'e'], (op, { condition, t, e }) => op.Where(condition, t, e)),
  lowering('Step', unary, (op, { x }, { alpha }: { alpha: number }) => {
    const positive = op.Greater(x, 0);
    return alpha === 0 ? op.cast(positive, x.dtype) : op.Where(positive, op.scalar(1, x.dtype), op.scalar(alpha, x.dtype));
  }),
  /** Integers go through double precision: it holds every int32 quotient, and division by zero is harmless there. */
  lowering('FloorDiv', binary, (op, { a, b }) => {
    const exact = a.dtype === 'float32' ? 'float32' : 'float64';
    return op.Floor(op.Div(op.cast(a, exact), op.cast(b, exact)));
  }),
  /** tfjs's remainder has the sign of the divisor; so has ONNX's for integers, but for floats it has that of the dividend. */
  lowering('Mod', binary, (op, { a, b }) => {
    if (a.dtype !== 'float32') return op.Mod(a, b);
    const remainder = op.Mod(a, b, { fmod: 1 });
    return op.Where(op.Less(op.Mul(remainder, b), 0), op.Add(remainder, b), remainder);
  }),
  /** The angle of (b, a): arctan(a/b) in the right half plane, half a turn away in the left one, and ±π/2 or 0 where b = 0. */
  lowering('Atan2', binary, (op, { a, b }) => {
    const [y, x] = [op.cast(a, 'float32'), op.cast(b, 'float32')];
    const angle = op.Atan(op.Div(y, x));
    const halfTurn = op.Where(op.Less(y, 0), op.scalar(-Math.PI, 'float32'), op.scalar(Math.PI, 'float32'));
    const turned = op.Where(op.Less(x, 0), op.Add(angle, halfTurn), angle);
    return op.Where(op.Equal(x, 0), op.Mul(op.Sign(y), Math.PI / 2), turned);
  }),
  lowering('Softmax', ['logits'], (op, { logits }, { dim }: { dim: number }) => op.Softmax(logits, { axis: dim })),
  variadic('Einsum', (op, tensors, { equation }: { equation: string }) => op.Einsum(...tensors, { equation })),
  lowering('SearchSorted', ['sortedSequence', 'values'], (op, { sortedSequence, values }, { side }: { side: 'left' | 'right' }) => {
    const before = side === 'left' ? op.Less : op.LessOrEqual;
    const pairs = before(op.Unsqueeze(sortedSequence, op.sizes([1])), op.Unsqueeze(values, op.sizes([2])));
    return op.ReduceSum(pairs, op.sizes([2]), { keepdims: 0 });
  }),
];
