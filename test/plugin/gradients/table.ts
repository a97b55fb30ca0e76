/**
 * Prints the table of docs/gradients.md: relative errors against double precision, of tfjs as it comes and after `register()`.
 *
 *     npx tsx test/plugin/gradients/table.ts
 */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { register } from '../../../plugin/gradients/register.ts';
import { OPERATIONS } from './cases.ts';
import { compare, DERIVATIVES, type Derivative, derivativeOf, GOLDENS } from './measure.ts';
import { WASM_CANNOT } from './wasmCannot.ts';

const names = Object.keys(GOLDENS);

/** Infinity: tfjs threw; NaN: it computed that. */
function errorOf(name: string, which: Derivative): number {
  try {
    return compare(derivativeOf(OPERATIONS[name], GOLDENS[name], which), GOLDENS[name][which]).error;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function shown(error: number): string {
  if (error === Number.POSITIVE_INFINITY) return 'throws';
  if (error === 0) return '0';
  return error > 1e-3 || Number.isNaN(error) ? `**${error.toPrecision(2)}**` : error.toExponential(0);
}

const worst = (name: string): string => (name in WASM_CANNOT ? '–' : shown(Math.max(...DERIVATIVES.map((which) => errorOf(name, which)))));

// Without its banner on stdout, but with saved tensors where the backend copies them.
tf.env().set('IS_TEST', true);
await tf.setBackend('cpu');
const alone = names.map((name) => (['first', 'second', 'mixed'] as const).map((which) => shown(errorOf(name, which))));
register();
const repaired = names.map((name) => DERIVATIVES.map((which) => shown(errorOf(name, which))));
tf.env().set('IS_TEST', false);
await tf.setBackend('wasm');
const onWasm = names.map(worst);

console.log('| | tfjs: first | second | mixed | repaired: first | second | third | mixed | wasm, worst |');
console.log(`|---|${'---|'.repeat(8)}`);
names.forEach((name, i) => {
  console.log(`| ${[name, ...alone[i], ...repaired[i], onWasm[i]].join(' | ')} |`);
});
