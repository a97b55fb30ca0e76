import * as Plot from '@observablehq/plot';
import type { CaseResult } from '../trainingStep/result.ts';
import { emptyDocument } from './emptyDocument.ts';

const COLOURS: Readonly<Record<string, string>> = {
  compiled: '#c2334d',
  jax: '#00697a',
  torch: '#b06f00',
  tfjsNode: '#5b4a9e',
  tfjsWasm: '#6f7d86',
  tfjsCpu: '#a9b3ba',
};

/** Median milliseconds of a step, a row for each step and a dot for each peer, on a logarithmic axis, as SVG. */
export function trainingStepPlot(peers: readonly { readonly id: string; readonly title: string }[], cases: readonly CaseResult[]): string {
  const dots = cases.flatMap(({ title, peers: results }) =>
    peers.flatMap(({ id, title: peer }) => {
      const result = results[id];
      return 'absent' in result ? [] : [{ step: title, peer, median: result.median, p10: result.p10, p90: result.p90 }];
    }),
  );
  const titles = peers.map(({ title }) => title);
  const plot = Plot.plot({
    document: emptyDocument(),
    width: 860,
    height: 90 + 44 * cases.length,
    marginLeft: 270,
    marginRight: 24,
    marginTop: 60,
    marginBottom: 52,
    style: { fontFamily: 'DejaVu Sans, Verdana, sans-serif', fontSize: '12px', background: 'white', color: '#222' },
    x: {
      type: 'log',
      label: 'milliseconds a step (median; line: 10th to 90th percentile)',
      grid: true,
      tickFormat: '~g',
      labelAnchor: 'center',
      labelArrow: 'none',
      labelOffset: 44,
    },
    y: { domain: cases.map(({ title }) => title), label: null, tickSize: 0 },
    color: { domain: titles, range: peers.map(({ id }) => COLOURS[id]), legend: false },
    marks: [
      Plot.ruleY(dots, { y: 'step', x1: 'p10', x2: 'p90', stroke: 'peer', strokeWidth: 3, strokeOpacity: 0.35 }),
      Plot.dot(dots, { x: 'median', y: 'step', fill: 'peer', r: (d: { peer: string }) => (d.peer === titles[0] ? 6.5 : 4.5) }),
      // The names stand over the dots of the first row, so that there is no legend to look up.
      Plot.text(
        dots.filter(({ step }) => step === cases[0].title),
        { x: 'median', y: 'step', text: 'peer', fill: 'peer', dy: -12, rotate: -42, textAnchor: 'start' },
      ),
    ],
  });
  plot.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${plot.outerHTML}\n`;
}
