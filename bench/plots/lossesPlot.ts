import * as Plot from '@observablehq/plot';
import { emptyDocument } from './emptyDocument.ts';
import { below, beside, FRAME, powerOfTen } from './frame.ts';

export interface LossesResult {
  readonly epsilons: readonly number[];
  readonly deviations: readonly { readonly loss: string; readonly byEpsilon: readonly number[] }[];
  readonly cost: readonly { readonly d: number; readonly milliseconds: Readonly<Record<string, number>> }[];
}

/** Loss, colour, and where its name stands: pixels below the curve's end in the left and in the right panel. */
const shown: readonly [string, string, number, number][] = [
  ['exact score matching', '#5b4a9e', 14, 0],
  ['MVL-LD', '#c2334d', -24, -8],
  ['MVL-LD without CV', '#d98a97', 0, Number.NaN],
  ['DSM', '#b06f00', 2, 8],
  ['DSM without CV', '#dcb36f', 0, Number.NaN],
  ['SSM-VR, MVL at ε = 0', '#00697a', -11, 0],
];

/** Standard deviation against ε and cost against the dimension, two panels side by side, as SVG. Each curve carries its name. */
export function lossesPlot({ epsilons, deviations, cost }: LossesResult): string {
  const common = {
    ...FRAME,
    document: emptyDocument(),
    width: 520,
    marginRight: 150,
    color: { domain: shown.map(([loss]) => loss), range: shown.map(([, colour]) => colour) },
  };
  const marks = (
    points: readonly { loss: string; x: number; y: number }[],
    ends: readonly { loss: string; x: number; y: number; dy: number }[],
  ) => [
    Plot.line(points, { x: 'x', y: 'y', stroke: 'loss', strokeWidth: 2 }),
    Plot.dot(points, { x: 'x', y: 'y', fill: 'loss', r: 3 }),
    ...ends.map((end) => Plot.text([end], { x: 'x', y: 'y', text: 'loss', fill: 'loss', dx: 8, dy: end.dy, textAnchor: 'start' })),
  ];
  const spread = shown.flatMap(([loss]) => {
    const { byEpsilon } = deviations.find((entry) => entry.loss === loss) as LossesResult['deviations'][number];
    return byEpsilon.map((y, i) => ({ loss, x: epsilons[i], y }));
  });
  const times = shown.flatMap(([loss]) =>
    cost.map(({ d, milliseconds }) => ({ loss, x: d, y: milliseconds[loss] / milliseconds['energy gradient'] })),
  );
  const ends = (points: typeof spread, column: 2 | 3) =>
    shown.flatMap((entry) => {
      const dy = entry[column];
      const last = points.filter(({ loss }) => loss === entry[0]).at(-1) as (typeof points)[number];
      return Number.isNaN(dy) ? [] : [{ ...last, dy }];
    });
  const left = Plot.plot({
    ...common,
    x: { ...below('step ε (DSM: σ = √(2ε))'), reverse: true, tickFormat: powerOfTen, ticks: [...epsilons] },
    y: { ...beside('standard deviation of one sample, d = 8', [0.1, 3e6]), tickFormat: powerOfTen, ticks: 7 },
    marks: marks(spread, ends(spread, 2)),
  });
  const drawn = times.filter(({ loss }) => !loss.endsWith('without CV'));
  const right = Plot.plot({
    ...common,
    x: { ...below('dimension d'), ticks: cost.map(({ d }) => d), tickFormat: String },
    y: { ...beside('cost of the loss, in gradients of the energy', [1, 5000]), ticks: [1, 10, 100, 1000] },
    marks: marks(drawn, ends(drawn, 3)),
  });
  left.setAttribute('x', '0');
  right.setAttribute('x', '520');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1040" height="420" viewBox="0 0 1040 420">${left.outerHTML}${right.outerHTML}</svg>\n`;
}
