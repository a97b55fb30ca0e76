/** Writes the tables of docs/mnist.md from what there is of results: `npx tsx bench/paper/table.ts`. */
import { fillTables, markdownTable } from '../pageTables.ts';
import { LIKELIHOOD_CELLS, WAE_CELLS } from './config.ts';
import { hasResult, readResult } from './results.ts';

interface Likelihood {
  readonly nll: number;
  readonly standardError: number;
  readonly bracket: number;
  readonly training: { readonly steps: number; readonly seconds: number };
}

interface Distance {
  readonly distance: number;
  readonly interval: readonly [number, number];
  readonly reconstructionDistance: number;
  readonly training: { readonly steps: number };
}

const space = (latent: string): string => latent.replace('euclidean:', 'R^').replace('sphere:', 'S^');

const likelihoods = markdownTable(
  ['posterior', 'codes on', 'NLL, nats', 'in the paper', 'iterations', 'minutes of training', 'bracket, nats'],
  Object.entries(LIKELIHOOD_CELLS).map(([name, { posterior, latent, paper }]) => {
    const known = [posterior, space(latent)];
    if (!hasResult(name)) return [...known, 'not run yet', paper.toFixed(2), '', '', ''];
    const { nll, standardError, bracket, training } = readResult<Likelihood>(name);
    const minutes = training.seconds === 0 ? '' : (training.seconds / 60).toFixed(0);
    return [
      ...known,
      `${nll.toFixed(2)} ± ${standardError.toFixed(2)}`,
      paper.toFixed(2),
      training.steps.toLocaleString('en'),
      minutes,
      bracket.toFixed(2),
    ];
  }),
);

const distances = markdownTable(
  ['regulariser', 'codes on', 'weight', 'Fréchet distance of new digits', '95 % interval', 'of reconstructions', 'iterations'],
  Object.entries(WAE_CELLS).map(([name, { regulariser, latent, weight }]) => {
    const known = [regulariser, space(latent), `${weight}`];
    if (!hasResult(name)) return [...known, 'not run yet', '', '', ''];
    const { distance, interval, reconstructionDistance, training } = readResult<Distance>(name);
    const between = interval.map((value) => value.toFixed(1)).join(' to ');
    return [...known, distance.toFixed(1), between, reconstructionDistance.toFixed(1), training.steps.toLocaleString('en')];
  }),
);

fillTables(new URL('../../docs/mnist.md', import.meta.url), { likelihoods, distances });
console.log(`${likelihoods}\n\n${distances}`);
