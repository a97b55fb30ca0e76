import { interpolateInferno } from 'd3-scale-chromatic';
import { INK, minus, short, words } from './ink.ts';

/** Log-densities in nats that the colours cover; what lies beyond is drawn as the nearest. */
const [LOWEST, HIGHEST, STEP] = [-6, 4, 0.5];

/** From where each colour is drawn. */
export const LEVELS = Array.from({ length: (HIGHEST - LOWEST) / STEP }, (_, i) => LOWEST + i * STEP);

/** −log 4π: the density of events anywhere alike. */
const UNIFORM = -Math.log(4 * Math.PI);

export const colour = (level: number): string => interpolateInferno(0.06 + (0.92 * (level - LOWEST)) / (HIGHEST - LOWEST));

/** The colours with their log-densities, and the uniform density among them. */
export function legend(left: number, top: number, width: number): string {
  const at = (level: number) => left + (width * (level - LOWEST)) / (HIGHEST - LOWEST);
  const stops = LEVELS.map(
    (level) =>
      `<rect x="${short(at(level))}" y="${top}" width="${short(at(level + STEP) - at(level) + 0.5)}" height="12" fill="${colour(level)}"/>`,
  );
  const ticks = [-6, -4, -2, 0, 2, 4].map((level) =>
    words(at(level), top + 30, 13, level === HIGHEST ? `≥ ${level}` : minus(level, 0), { fill: INK.quiet, anchor: 'middle' }),
  );
  const uniform = at(UNIFORM);
  return [
    words(left + width, top - 9, 13, 'log-density, nats per sr', { fill: INK.quiet, anchor: 'end' }),
    ...stops,
    `<path d="M${short(uniform)},${top - 3}v18" stroke="${INK.text}" stroke-width="1.5"/>`,
    words(uniform, top - 9, 13, 'uniform', { anchor: 'middle' }),
    ...ticks,
  ].join('');
}
