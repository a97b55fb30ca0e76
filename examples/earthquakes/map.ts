import { INK, words } from '../maps/ink.ts';
import { type PanelContent, panel } from '../maps/panel.ts';
import type { LonLat } from '../maps/places.ts';
import { closeUp, globe } from '../maps/projection.ts';
import { legend } from '../maps/scale.ts';

export interface MapContent extends PanelContent {
  readonly title: string;
  readonly subtitle: string;
  /** Numbers along the lower edge. */
  readonly facts: readonly { readonly value: string; readonly label: string }[];
}

export const SIZE = { width: 1600, height: 900 };
const MARGIN = 48;
const WORLD = { left: MARGIN, top: 140, width: 1156, height: 570 };
const REGION = { left: 1236, top: 140, width: SIZE.width - MARGIN - 1236, height: 570 };

/** The Pacific and its ring of fire in the middle of the world; a closer look at where most events are recorded. */
const PACIFIC = 160;
const AMERICA: LonLat = [-130, 48];
const CLOSE = 0.82;

function marks(left: number, top: number): string {
  return [
    `<circle cx="${left + 6}" cy="${top}" r="3.4" fill="none" stroke="${INK.event}" stroke-width="1.4"/>`,
    words(left + 20, top + 5, 14, 'held-out earthquakes'),
    `<circle cx="${left + 6}" cy="${top + 26}" r="1.8" fill="${INK.sample}"/>`,
    words(left + 20, top + 31, 14, 'samples of the model'),
  ].join('');
}

/** The learnt density on a map of the world, with held-out events and samples: an SVG of 1600 × 900. */
export async function worldMap(content: MapContent): Promise<string> {
  const { title, subtitle, facts } = content;
  const foot = SIZE.height - 86;
  const column = 182;
  const numbers = facts.map(({ value, label }, i) => {
    const x = MARGIN + i * column;
    return words(x, foot, 28, value, { weight: 600 }) + words(x, foot + 25, 14, label, { fill: INK.quiet });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="Inter, Helvetica, Arial, sans-serif">
<rect width="100%" height="100%" fill="${INK.paper}"/>
${words(MARGIN, 66, 34, title, { weight: 700 })}
${words(MARGIN, 98, 17, subtitle, { fill: INK.quiet })}
${await panel('world', globe(WORLD, PACIFIC), content, 1)}
${await panel('region', closeUp(REGION, AMERICA, CLOSE), content, 1.1)}
${words(REGION.left, REGION.top - 12, 15, 'Alaska to California', { weight: 600 })}
${numbers.join('')}
${marks(SIZE.width - MARGIN - 640, foot - 6)}
${legend(REGION.left - 100, foot - 2, SIZE.width - MARGIN - REGION.left + 88)}
</svg>
`;
}
