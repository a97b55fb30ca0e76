import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import type { Exported } from '../../exporters/exportOnnx.ts';
import { lower } from '../../exporters/lowerings/lower.ts';
import { targetFor } from '../../exporters/onnx/target.ts';
import { writeModel } from '../../exporters/onnx/writer.ts';
import { optimise } from '../../exporters/passes/index.ts';
import { STEP_PASSES } from '../../exporters/passes/stepPasses.ts';
import { type ExportFunction, traceTarget } from '../../exporters/trace/targets.ts';
import { trace } from '../../exporters/trace/trace.ts';
import { checkNumbers, forward, gradient, label, type Subject } from '../support/lowering.ts';
import { hasGradient } from '../support/loweringCase.ts';
import { GROUPS } from './lowerings/cases/index.ts';

/** The lowering cases again, optimised as training steps are: what these passes do to graphs that are no training steps. */
async function check(subject: Subject): Promise<void> {
  const specs = Object.fromEntries(Object.entries(subject.inputs).map(([name, { shape, dtype = 'float32' }]) => [name, { shape, dtype }]));
  const { name, fn, inputs } = traceTarget(subject.fn as ExportFunction, specs, undefined);
  const graph = optimise(lower(trace(name, fn, inputs)), STEP_PASSES);
  const bytes = writeModel({ main: graph, target: targetFor(undefined), metadata: () => ({}), producer: { name: 'test', version: '0' } });
  const compared = await checkNumbers({ ...subject, label: `step-${subject.label}` }, { bytes, graph, card: {} } as unknown as Exported);
  expect(compared).toBeGreaterThanOrEqual(2);
}

beforeAll(() => tf.ready());

const cases = Object.values(GROUPS).flat();

describe('STEP_PASSES compute what tfjs computes', () => {
  it.each(cases.map((entry) => [label(entry), entry] as const))('%s', (_label, entry) => check(forward(entry)));

  const differentiable = cases.filter((entry) => hasGradient(entry) && entry.repaired !== true);
  it.each(differentiable.map((entry) => [label(entry), entry] as const))('gradient of %s', (_label, entry) => check(gradient(entry)));
});
