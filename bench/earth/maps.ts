import { INK, minus, words } from '../../examples/maps/ink.ts';
import { type PanelContent, panel } from '../../examples/maps/panel.ts';
import { globe } from '../../examples/maps/projection.ts';
import { legend } from '../../examples/maps/scale.ts';

/** One of the four maps. */
export interface EarthMap extends PanelContent {
  readonly title: string;
  readonly subtitle: string;
  /** The meridian in the middle. */
  readonly centre: number;
}

const SIZE = { width: 1600, height: 1040 };
const MARGIN = 40;
const MAP = { width: 740, height: 366 };
const ROWS = [150, 578];

/** Four maps of learnt densities with held-out events, two by two: an SVG of 1600 × 1040. */
export async function earthMaps(title: string, subtitle: string, maps: readonly EarthMap[]): Promise<string> {
  const drawn: string[] = [];
  for (const [i, content] of maps.entries()) {
    const left = i % 2 === 0 ? MARGIN : SIZE.width - MARGIN - MAP.width;
    const top = ROWS[Math.floor(i / 2)];
    drawn.push(words(left, top - 14, 20, content.title, { weight: 600 }));
    drawn.push(words(left + MAP.width, top - 14, 14, content.subtitle, { fill: INK.quiet, anchor: 'end' }));
    drawn.push(await panel(`map${i}`, globe({ left, top, ...MAP }, content.centre), content, 0.6));
  }
  const foot = SIZE.height - 40;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="Inter, Helvetica, Arial, sans-serif">
<rect width="100%" height="100%" fill="${INK.paper}"/>
${words(MARGIN, 58, 32, title, { weight: 700 })}
${words(MARGIN, 90, 16, subtitle, { fill: INK.quiet })}
${drawn.join('\n')}
<circle cx="${MARGIN + 6}" cy="${foot - 2}" r="2.4" fill="none" stroke="${INK.event}" stroke-width="1"/>
${words(MARGIN + 20, foot + 3, 14, 'held-out events')}
${legend(SIZE.width - MARGIN - 480, foot - 10, 480)}
</svg>
`;
}

/** A likelihood as it stands beside a map. */
export const nats = (nll: number): string => `test NLL ${minus(nll)} nats`;
