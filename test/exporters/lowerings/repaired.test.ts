import { describe, expect, it } from '@jest/globals';
import { register } from '../../../plugin/gradients/register.ts';
import { checkNumbers, exportSubject, gradient, label } from '../../support/lowering.ts';
import { hasGradient } from '../../support/loweringCase.ts';
import { GROUPS } from './cases/index.ts';

register();

const cases = Object.values(GROUPS).flat().filter(hasGradient);

/** What energies, losses and samplers are traced with. Which kernels these gradients use is the business of plugin/gradients. */
describe('repaired gradient of', () => {
  it.each(cases.map((entry) => [label(entry), entry] as const))('%s', async (name, entry) => {
    const subject = { ...gradient(entry), label: `${name} repaired gradient` };
    expect(await checkNumbers(subject, await exportSubject(subject))).toBeGreaterThanOrEqual(2);
  });
});
