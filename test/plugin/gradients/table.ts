/**
 * Prints the table of docs/gradients.md: relative errors against double precision, before and after `register()`.
 *
 *     npx tsx test/plugin/gradients/table.ts [cpu | wasm]
 */
import * as tf from '@tensorflow/tfjs';
import { register } from '../../../plugin/gradients/register.ts';
import { OPERATIONS } from './cases.ts';
import { compare, DERIVATIVES, derivativeOf, GOLDENS } from './measure.ts';

const shown = (error: number): string =>
  error < 1e-3 ? error.toExponential(0) : error > 0.1 ? `**${error.toPrecision(2)}**` : error.toPrecision(2);

function row(name: string): string[] {
  return DERIVATIVES.map((which) => {
    try {
      const { error } = compare(derivativeOf(OPERATIONS[name], GOLDENS[name], which), GOLDENS[name][which]);
      return Number.isFinite(error) ? shown(error) : '**NaN**';
    } catch (reason) {
      if (process.env.WHY) console.error(name, which, (reason as Error).message);
      return '**throws**';
    }
  });
}

tf.env().set('IS_TEST', true);
const backend = process.argv[2] ?? 'cpu';
if (backend === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
await tf.setBackend(backend);
const names = Object.keys(GOLDENS);
const before = names.map(row);
register();
const after = names.map(row);
console.log(`| case | ${DERIVATIVES.map((which) => `tfjs ${which} | ${which}`).join(' | ')} |`);
console.log(`|---|${'---|'.repeat(2 * DERIVATIVES.length)}`);
names.forEach((name, i) => {
  console.log(`| ${name} | ${DERIVATIVES.map((_, k) => `${before[i][k]} | ${after[i][k]}`).join(' | ')} |`);
});
