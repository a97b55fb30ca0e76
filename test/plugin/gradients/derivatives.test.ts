import { describe, expect, it } from '@jest/globals';
import { register } from '../../../plugin/gradients/register.ts';
import { OPERATIONS } from './cases.ts';
import { compare, DERIVATIVES, derivativeOf, GOLDENS } from './measure.ts';
import { TOLERANCE } from './tolerance.ts';

register();

it('has a tfjs operation for every golden, and a golden for every operation', () => {
  expect(Object.keys(OPERATIONS).sort()).toEqual(Object.keys(GOLDENS).sort());
  expect(Object.keys(GOLDENS).length).toBeGreaterThan(150);
});

describe.each(Object.keys(GOLDENS))('%s', (name) => {
  it.each(DERIVATIVES)('%s derivative', (which) => {
    const { error, cosine } = compare(derivativeOf(OPERATIONS[name], GOLDENS[name], which), GOLDENS[name][which]);
    expect(error).toBeLessThanOrEqual(TOLERANCE);
    expect(cosine).toBeGreaterThanOrEqual(1 - 1e-9);
  });
});
