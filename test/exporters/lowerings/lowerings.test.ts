import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { compact } from '../../support/compact.ts';
import { backendClasses, checkNumbers, exportSubject, forward, gradient, label, type Subject } from '../../support/lowering.ts';
import { GROUPS } from './cases/index.ts';

async function check(subject: Subject): Promise<void> {
  const exported = await exportSubject(subject);
  expect(compact(exported.graph)).toEqual(subject.graph);
  expect(await checkNumbers(subject, exported)).toBeGreaterThanOrEqual(2);
}

it('compares two different runtimes', async () => {
  const { bytes } = await exportSubject({ inputs: { x: { shape: ['n'] } }, fn: (x) => tf.neg(x) });
  const [node, wasm] = await backendClasses(bytes);
  expect(node).toBe('OnnxruntimeSessionHandler');
  // onnxruntime-web's class names are shortened; that it is not node's is what matters.
  expect(wasm).not.toBe(node);
});

describe.each(Object.entries(GROUPS))('%s', (_group, cases) => {
  it.each(cases.map((entry) => [label(entry), entry] as const))('%s', (_label, entry) => check(forward(entry)));
});

describe("tfjs's gradient of", () => {
  const cases = Object.values(GROUPS)
    .flat()
    .filter((entry) => entry.gradient !== undefined);
  it.each(cases.map((entry) => [label(entry), entry] as const))('%s', (_label, entry) => check(gradient(entry)));
});
