import { describe, expect, it } from '@jest/globals';
import { uniformOperands } from '../../exporters/trace/uniform.ts';

describe('uniformOperands', () => {
  it('gives the number that fills each operand of an elementwise kernel', () => {
    expect(uniformOperands('Multiply', [new Float32Array(6).fill(0.5), Float32Array.of(2)])).toEqual([0.5, 2]);
    expect(uniformOperands('Sqrt', [Float32Array.of(NaN, NaN)])).toEqual([NaN]);
  });

  it.each([
    ['two numbers', 'Multiply', [Float32Array.of(1, 2), Float32Array.of(2)]],
    ['zeros of two signs', 'RealDiv', [Float32Array.of(1), Float32Array.of(0, -0)]],
    ['no number at all', 'Add', [new Float32Array(0), Float32Array.of(1)]],
    ['a kernel that looks at neighbours', 'Cumsum', [Float32Array.of(1, 1)]],
  ])('gives null for %s', (_what, kernel, operands) => {
    expect(uniformOperands(kernel, operands)).toBeNull();
  });
});
