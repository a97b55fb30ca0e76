import { type EarthSet, SETS } from './events.ts';
import type { EarthResults, Run } from './results.ts';

export interface Spread {
  readonly mean: number;
  /** Standard deviation over the splits. */
  readonly deviation: number;
  readonly splits: number;
}

/** Test NLL as published, with the authors' own splits: De Bortoli et al. 2022, table 2. */
export const PUBLISHED: Readonly<Record<string, readonly string[]>> = {
  'RSGM (De Bortoli et al. 2022)': ['−4.92 ± .25', '−.19 ± .07', '.48 ± .09', '−1.33 ± .06'],
  'score model in a stereographic chart': ['−3.80', '−.19', '.59', '−1.28'],
  'Riemannian continuous flow': ['−6.05', '.14', '1.11', '−.80'],
  'mixture of Kent distributions': ['−.80', '.33', '.73', '1.18'],
};

/** What is measured, and the name of its row. */
const ROWS = {
  'this model: kernels whose profile MVL learns': (run: Run) => run.model?.testNll,
  'the same, smoothed by 3 km': (run: Run) => run.model?.byDetail[0],
  'the same, smoothed by 10 km': (run: Run) => run.model?.byDetail[1],
  'the same, smoothed by 30 km': (run: Run) => run.model?.byDetail[2],
  'the same before training': (run: Run) => run.model?.untrained.testNll,
  'kernels, bandwidth by leaving one out': (run: Run) => run.kde?.testNll,
  'kernels over 3 % background, bandwidth by leaving one out': (run: Run) => run.kdeOverUniform?.testNll,
} as const;

const sets = Object.keys(SETS) as EarthSet[];

export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  return { mean, deviation: Math.sqrt(variance), splits: values.length };
}

/** Mean and spread over the splits that were run, for each row and set; null where none was. */
export const summarise = ({ runs }: EarthResults): Record<string, Record<EarthSet, Spread | null>> =>
  Object.fromEntries(
    Object.entries(ROWS).map(([row, of]) => [
      row,
      Object.fromEntries(
        sets.map((set) => {
          const values = Object.entries(runs)
            .filter(([key]) => key.startsWith(`${set}/`))
            .flatMap(([, run]) => of(run) ?? []);
          return [set, values.length === 0 ? null : spreadOf(values)];
        }),
      ) as Record<EarthSet, Spread | null>,
    ]),
  );

const figure = (value: number): string =>
  value
    .toFixed(2)
    .replace('-', '−')
    .replace(/(?<=^|−)0\./, '.');

const cell = (spread: Spread | null): string => (spread === null ? '–' : `${figure(spread.mean)} ± ${figure(spread.deviation)}`);

const rowsOf = (rows: readonly (readonly string[])[]): string => rows.map((row) => `| ${row.join(' | ')} |`).join('\n');

/** The table of test likelihoods, in Markdown. */
export const likelihoodTable = (results: EarthResults): string =>
  rowsOf([
    ['test NLL, nats', ...sets.map((set) => `${set} (${SETS[set].toLocaleString('en')})`)],
    ['---', ...sets.map(() => '---:')],
    ...Object.entries(summarise(results)).map(([row, of]) => [row, ...sets.map((set) => cell(of[set]))]),
    ['uniform', ...sets.map(() => figure(Math.log(4 * Math.PI)))],
    ...Object.entries(PUBLISHED).map(([row, cells]) => [`*${row}*`, ...cells]),
  ]);

/** The table of what was tried, in Markdown, in the order of `what`. */
export function ablationTable({ ablations }: EarthResults, what: readonly string[]): string {
  const of = (name: string, set: EarthSet) => Object.values(ablations).filter((entry) => entry.what === name && entry.set === set);
  const tried = sets.filter((set) => Object.values(ablations).some((entry) => entry.set === set));
  const cells = (name: string, set: EarthSet): string[] => {
    const found = of(name, set);
    if (found.length === 0) return ['–', '–'];
    return [figure(spreadOf(found.map((entry) => entry.validationNll)).mean), figure(spreadOf(found.map((entry) => entry.testNll)).mean)];
  };
  return rowsOf([
    ['', ...tried.flatMap((set) => [`${set}: validation`, 'test'])],
    ['---', ...tried.flatMap(() => ['---:', '---:'])],
    ...what.map((name) => [name, ...tried.flatMap((set) => cells(name, set))]),
  ]);
}
