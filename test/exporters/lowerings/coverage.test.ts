import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { LOWERINGS } from '../../../exporters/lowerings/index.ts';
import { coverageTable } from '../../support/coverageTable.ts';
import { GROUPS } from './cases/index.ts';

const kernels = (): string[] => tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
const cases = Object.values(GROUPS).flat();

it('docs/coverage.md is what the cases say (npx tsx test/support/writeCoverage.ts)', () => {
  expect(readFileSync('docs/coverage.md', 'utf8')).toBe(coverageTable(kernels(), cases));
});

it('every lowering of a tfjs kernel has a case', () => {
  const tested = new Set(cases.map(({ kernel }) => kernel));
  expect(kernels().filter((kernel) => LOWERINGS[kernel] !== undefined && !tested.has(kernel))).toEqual([]);
});

it('a kernel without a case needs a reason, and a reason has to be needed', () => {
  expect(() => coverageTable(['Novel'], cases)).toThrow('Novel has no lowering case and no reason');
  expect(() => coverageTable(['Unique'], [{ ...cases[0], kernel: 'Unique' }])).toThrow('Unique has a lowering case and a reason');
});
