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

export interface AngleResults {
  readonly results: Readonly<Record<string, Measured>>;
  /** On the recorded directions of the wind, a split each. */
  readonly windSplits: readonly Measured[];
  /** Held-out likelihoods of kernels whose widths were learnt, on the same splits. */
  readonly windKernels: readonly number[];
}

export function angleTable({ results, windSplits, windKernels }: AngleResults): string {
  const kernels = windSplits.map((s) => s.kernels);
  const wind = (name: string, learnt: readonly number[]) =>
    `| ${name} | – | – | ${figure(meanOf(learnt).mean, 4)} | ${figure(meanOf(kernels).mean, 4)} | – |`;
  const compared = (name: string, learnt: readonly number[]) => {
    const { mean, error } = meanOf(learnt.map((v, i) => kernels[i] - v));
    const ahead = learnt.filter((v, i) => v < kernels[i]).length;
    return `${name} ${mean < 0 ? 'behind' : 'ahead'} by ${figure(Math.abs(mean), 4)} ± ${figure(error, 4)} nats, and ahead on ${ahead} of ${learnt.length} splits`;
  };
  const byNetwork = windSplits.map((s) => s.learnt);
  return [
    '| | KL(p‖q) learnt | of kernels | held out: learnt | kernels | the truth |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...Object.entries(results).map(row),
    wind(`wind as recorded, ${windSplits.length} splits`, byNetwork),
    wind('the same, kernels whose widths are learnt', windKernels),
    '',
    `On the recorded directions ${compared('the network is', byNetwork)}; ${compared('kernels whose widths are learnt are', windKernels)}.`,
  ].join('\n');
}

/** Puts the table where docs/angles.md has its marks. */
export function writeTables(results: AngleResults): void {
  const text = readFileSync(page, 'utf8');
  writeFileSync(
    page,
    text.replace(/<!-- results -->[\s\S]*?<!-- end -->/, () => `<!-- results -->\n${angleTable(results)}\n<!-- end -->`),
  );
}
