import { type Lowering, lowering } from './lowering.ts';

const unary = ['x'] as const;
const binary = ['a', 'b'] as const;

/** Kernels that are a short formula in ONNX operators. */
export const formulas: readonly Lowering[] = [
  lowering('Expm1', unary, (op, { x }) => op.Sub(op.Exp(x), 1)),
  lowering('Log1p', unary, (op, { x }) => op.Log(op.Add(x, 1))),
  lowering('Rsqrt', unary, (op, { x }) => op.Reciprocal(op.Sqrt(x))),
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
  lowering('LeakyRelu', unary, (op, { x }, { alpha }: { alpha: number }) => op.LeakyRelu(x, { alpha })),
  lowering('EluGrad', ['dy', 'y'], (op, { dy, y }) => op.Where(op.GreaterOrEqual(y, 0), dy, op.Mul(dy, op.Add(y, 1)))),
  lowering('Select', ['condition', 't', 'e'], (op, { condition, t, e }) => op.Where(condition, t, e)),
];
