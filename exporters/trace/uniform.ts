import type { ConstantData } from '../ir/value.ts';

/** Kernels that do the same to every element, broadcasting: of operands that hold one number throughout, so does the result. */
const ELEMENTWISE: ReadonlySet<string> = new Set(['Add', 'Identity', 'Multiply', 'Neg', 'RealDiv', 'Sqrt', 'Square', 'Sub']);

/** The number that fills an array, undefined where there are several. */
function filling(data: ConstantData): number | undefined {
  const [first] = data;
  for (const value of data) if (!Object.is(value, first)) return undefined;
  return first;
}

/**
 * One element of each operand of an elementwise kernel where that says all, for gradients of sums and an optimiser's first slots are such; null elsewhere. The cpu
 * backend takes tens of milliseconds for a large product that it has not warmed up to.
 */
export function uniformOperands(kernel: string, operands: readonly ConstantData[]): number[] | null {
  if (!ELEMENTWISE.has(kernel)) return null;
  const numbers: number[] = [];
  for (const data of operands) {
    const number = filling(data);
    if (number === undefined) return null;
    numbers.push(number);
  }
  return numbers;
}
