import * as Plot from '@observablehq/plot';
import { emptyDocument } from '../plots/emptyDocument.ts';
import { FRAME } from '../plots/frame.ts';
import { METHODS } from './methods.ts';
import type { MethodResult } from './results.ts';

const COLOURS: Readonly<Record<string, string>> = {
  mvl: '#c2334d',
  ssm: '#00697a',
  dsm: '#b06f00',
  adversarial: '#5b4a9e',
  stein: '#6f7d86',
  spectral: '#3f7d3a',
};

/** Pixels between two names. */
const LEAST = 15;
const MARGIN = { top: 28, right: 230 };

/** Times that all pairs of neighbours are looked at: enough for as many names as there are methods. */
const ROUNDS = 100;

/** Positions near given ones, in the same order, of which no two are closer than `least`: neighbours that are give way by equal parts. */
export function apart(positions: readonly number[], least: number): number[] {
  const order = positions.map((_, i) => i).sort((i, j) => positions[i] - positions[j]);
  const moved = [...positions];
  for (let round = 0; round < ROUNDS; round++)
    for (let rank = 1; rank < order.length; rank++) {
      const [below, above] = [order[rank - 1], order[rank]];
      const lack = Math.max(0, least - (moved[above] - moved[below])) / 2;
      moved[below] -= lack;
      moved[above] += lack;
    }
  return moved;
}

/**
 * NLL against seconds of training, a curve for each method with its name at the end, as SVG.
 *
 * @throws Error where there is no curve to draw
 */
export function entropyPlot(results: Readonly<Record<string, MethodResult>>): string {
  const shown = Object.entries(results).filter(([, { curve }]) => curve.length > 0);
  if (shown.length === 0) throw new Error('entropyPlot: there are no curves yet; run npx tsx bench/entropy/main.ts first.');
  const points = shown.flatMap(([method, { curve }]) => curve.map(({ seconds, nll }) => ({ method, seconds, nll })));
  const nlls = points.map(({ nll }) => nll);
  const room = 0.04 * (Math.max(...nlls) - Math.min(...nlls)) || 1;
  const domain = [Math.min(...nlls) - room, Math.max(...nlls) + room];
  const pixel = (domain[1] - domain[0]) / (FRAME.height - MARGIN.top - FRAME.marginBottom);
  const ends = shown.map(([method, { curve, diverged }]) => {
    const { seconds, nll } = curve[curve.length - 1];
    return { method, seconds, nll, text: `${METHODS[method].title}${diverged === undefined ? '' : ' (diverged)'}` };
  });
  const heights = apart(
    ends.map(({ nll }) => nll),
    LEAST * pixel,
  );
  const plot = Plot.plot({
    ...FRAME,
    document: emptyDocument(),
    width: 760,
    marginTop: MARGIN.top,
    marginRight: MARGIN.right,
    x: {
      label: 'seconds of training',
      labelAnchor: 'center',
      labelArrow: 'none',
      domain: [0, Math.max(...points.map(({ seconds }) => seconds))],
    },
    y: { label: 'negative log-likelihood of test digits, nats', domain, grid: true, labelArrow: 'none' },
    color: { domain: Object.keys(COLOURS), range: Object.values(COLOURS) },
    marks: [
      Plot.line(points, { x: 'seconds', y: 'nll', stroke: 'method', strokeWidth: 2 }),
      Plot.dot(points, { x: 'seconds', y: 'nll', fill: 'method', r: 3 }),
      Plot.text(
        ends.map((end, i) => ({ ...end, nll: heights[i] })),
        { x: 'seconds', y: 'nll', text: 'text', fill: 'method', dx: 8, textAnchor: 'start' },
      ),
    ],
  });
  plot.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${plot.outerHTML}\n`;
}
