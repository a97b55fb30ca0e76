import * as Plot from '@observablehq/plot';
import { emptyDocument } from './emptyDocument.ts';
import { below, beside, FRAME, powerOfTen } from './frame.ts';

export interface Curve {
  readonly name: string;
  /** One for each ε. */
  readonly deviations: readonly number[];
}

const colours = ['#c2334d', '#00697a', '#b06f00'];
/** Pixels from a curve down to its name. */
const offsets = [-8, -14, 16];

/** Standard deviation against ε on two logarithmic axes, as SVG. Each curve carries its name, so there is no legend to look up. */
export function variancePlot(epsilons: readonly number[], curves: readonly Curve[]): string {
  const points = curves.flatMap(({ name, deviations }) => deviations.map((deviation, i) => ({ name, epsilon: epsilons[i], deviation })));
  const plot = Plot.plot({
    ...FRAME,
    document: emptyDocument(),
    width: 720,
    marginRight: 24,
    x: { ...below('step ε'), tickFormat: powerOfTen, ticks: [1e-5, 1e-4, 1e-3, 1e-2, 1e-1] },
    y: { ...beside('standard deviation of one sample of the loss', [0.1, 200]), ticks: [0.1, 1, 10, 100] },
    color: { domain: curves.map(({ name }) => name), range: colours },
    marks: [
      Plot.line(points, { x: 'epsilon', y: 'deviation', stroke: 'name', strokeWidth: 2 }),
      Plot.dot(points, { x: 'epsilon', y: 'deviation', fill: 'name', r: 3 }),
      ...curves.map(({ name, deviations }, i) => {
        const middle = Math.floor(epsilons.length / 2);
        const at = { x: epsilons[middle], y: deviations[middle], text: name };
        return Plot.text([at], {
          x: 'x',
          y: 'y',
          text: 'text',
          fill: colours[i],
          dy: offsets[i],
          dx: i === 0 ? 12 : 0,
          textAnchor: i === 0 ? 'start' : 'middle',
        });
      }),
    ],
  });
  plot.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${plot.outerHTML}\n`;
}
