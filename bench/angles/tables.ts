import { readFileSync, writeFileSync } from 'node:fs';
import type { Measured } from './measure.ts';

const page = new URL('../../docs/angles.md', import.meta.url);
const figure = (v: number, digits = 3): string =>
  v
    .toFixed(digits)
    .replace('-', '−')
    .replace(/(?<=^|−)0\./, '.');

/** Mean and its standard error. */
export function meanOf(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt(variance / values.length) };
}

/** A row of the table: KL of the kernels is their likelihood less that of the truth, on the points held out. */
const row = ([name, { divergence, learnt, kernels, truth }]: [string, Measured]): string =>
  `| ${name} | ${figure(divergence as number, 4)} | ${figure(kernels - (truth as number), 4)} | ${[learnt, kernels, truth as number].map((v) => figure(v)).join(' | ')} |`;

export function angleTable(results: Readonly<Record<string, Measured>>, splits: readonly Measured[]): string {
  const [learnt, kernels] = [meanOf(splits.map((s) => s.learnt)), meanOf(splits.map((s) => s.kernels))];
  const gain = meanOf(splits.map((s) => s.kernels - s.learnt));
  return [
    '| | KL(p‖q) learnt | of kernels | held out: learnt | kernels | the truth |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...Object.entries(results).map(row),
    `| wind as recorded, ${splits.length} splits | – | – | ${figure(learnt.mean, 4)} | ${figure(kernels.mean, 4)} | – |`,
    '',
    `On the recorded directions what was learnt is ${gain.mean < 0 ? 'behind' : 'ahead'} by ${figure(Math.abs(gain.mean), 4)} ± ${figure(gain.error, 4)} nats; it is ahead on ${splits.filter((s) => s.learnt < s.kernels).length} of ${splits.length} splits.`,
  ].join('\n');
}

/** Puts the table where docs/angles.md has its marks. */
export function writeTables(results: Readonly<Record<string, Measured>>, splits: readonly Measured[]): void {
  const text = readFileSync(page, 'utf8');
  writeFileSync(
    page,
    text.replace(/<!-- results -->[\s\S]*?<!-- end -->/, () => `<!-- results -->\n${angleTable(results, splits)}\n<!-- end -->`),
  );
}
