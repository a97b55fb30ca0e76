import { writeFileSync } from 'node:fs';
import type { Tensor2D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { contours } from 'd3-contour';
import { interpolateInferno } from 'd3-scale-chromatic';
import { INK, short, words } from '../../examples/maps/ink.ts';
import { toPng } from '../../examples/maps/png.ts';
import { type Energy, fromAngles, logPartition, torus, torusQuadrature } from '../../plugin/index.ts';

export interface Drawn {
  readonly residue: string;
  readonly truth: Energy;
  readonly learnt: Energy;
}

const [SIDE, GAP, LEFT, TOP] = [260, 24, 84, 110];
const CELLS = 180;
/** Log-densities in nats per rad² that the colours cover. */
const [LOWEST, HIGHEST, STEP] = [-7, 3, 0.5];
const LEVELS = Array.from({ length: (HIGHEST - LOWEST) / STEP }, (_, i) => LOWEST + i * STEP);
const colour = (level: number) => interpolateInferno(0.06 + (0.92 * (level - LOWEST)) / (HIGHEST - LOWEST));

/** Energies of rows of angles. */
const energiesAt = (energy: Energy, angles: number[][]): Float32Array =>
  tf.tidy(() => energy(fromAngles(tf.tensor2d(angles)) as Tensor2D).dataSync() as Float32Array);

/** One map: φ to the right, ψ upwards, both from −180° to 180°. */
async function panel(energy: Energy, left: number, top: number): Promise<string> {
  const logZ = await logPartition(energy, torusQuadrature(torus(2)));
  const at = (i: number) => -Math.PI + ((i + 0.5) * 2 * Math.PI) / CELLS;
  const angles = Array.from({ length: CELLS ** 2 }, (_, i) => [at(i % CELLS), -at(Math.floor(i / CELLS))]);
  const values = Array.from(energiesAt(energy, angles), (e) => Math.max(-e - logZ, LOWEST - 1));
  const scale = SIDE / CELLS;
  const point = ([x, y]: readonly number[]) => `${short(left + x * scale)},${short(top + y * scale)}`;
  const bands = contours().size([CELLS, CELLS]).thresholds(LEVELS)(values);
  const paths = bands.map(
    ({ value, coordinates }) =>
      `<path fill="${colour(value)}" d="${coordinates.flatMap((polygon) => polygon.map((ring) => `M${ring.slice(1).map(point).join('L')}Z`)).join('')}"/>`,
  );
  return `<rect x="${left}" y="${top}" width="${SIDE}" height="${SIDE}" fill="${INK.sea}"/>${paths.join('')}<rect x="${left}" y="${top}" width="${SIDE}" height="${SIDE}" fill="none" stroke="#fff" stroke-opacity=".25"/>`;
}

/** Shares of the directions in bins of 5°, and the density that was learnt over them. */
async function wind(train: readonly number[], learnt: Energy, left: number, top: number, width: number, height: number): Promise<string> {
  const bins = 72;
  const counts = new Array<number>(bins).fill(0);
  for (const angle of train) counts[Math.floor((((angle / (2 * Math.PI)) % 1) + 1) * bins) % bins]++;
  const logZ = await logPartition(learnt, torusQuadrature(torus(1)));
  const points = 720;
  const angles = Array.from({ length: points + 1 }, (_, i) => [(2 * Math.PI * i) / points]);
  const curve = Array.from(energiesAt(learnt, angles), (e) => Math.exp(-e - logZ));
  const densities = counts.map((count) => (count / train.length) * (bins / (2 * Math.PI)));
  const highest = 1.05 * Math.max(...curve, ...densities);
  const y = (v: number) => top + height * (1 - v / highest);
  const bars = densities.map(
    (v, i) =>
      `<rect x="${short(left + (width * i) / bins)}" y="${short(y(v))}" width="${short(width / bins - 1)}" height="${short(top + height - y(v))}"/>`,
  );
  const line = curve.map((v, i) => `${short(left + (width * i) / points)},${short(y(v))}`).join('L');
  const ticks = [0, 90, 180, 270, 360].map((degrees) =>
    words(left + (width * degrees) / 360, top + height + 22, 14, `${degrees}°`, { fill: INK.quiet, anchor: 'middle' }),
  );
  return `<g fill="#ffffff" fill-opacity=".22">${bars.join('')}</g><path d="M${line}" fill="none" stroke="${colour(0.5)}" stroke-width="2.5"/>${ticks.join('')}`;
}

/** docs/images/angles.png. */
export async function drawAngles(
  drawn: readonly Drawn[],
  directions: { readonly train: readonly number[]; readonly learnt: Energy },
): Promise<void> {
  const width = LEFT + drawn.length * (SIDE + GAP) + 16;
  const below = TOP + 2 * (SIDE + GAP) + 56;
  const height = below + 260;
  const parts = [
    words(LEFT, 44, 26, 'Angles, learnt by minimum velocity learning', { weight: 700 }),
    words(
      LEFT,
      72,
      15,
      'Torsion angles φ (to the right) and ψ (upwards) of protein backbones, −180° to 180°; log-density from −7 to 3 nats per rad²',
      {
        fill: INK.quiet,
      },
    ),
  ];
  for (const [k, { residue, truth, learnt }] of drawn.entries()) {
    const left = LEFT + k * (SIDE + GAP);
    parts.push(words(left, TOP - 10, 15, residue, { weight: 600 }));
    parts.push(await panel(truth, left, TOP), await panel(learnt, left, TOP + SIDE + GAP));
  }
  const beside = (text: string, y: number) =>
    `<g transform="translate(${LEFT - 18} ${y}) rotate(-90)">${words(0, 0, 15, text, { anchor: 'middle', fill: INK.quiet })}</g>`;
  parts.push(beside('the density', TOP + SIDE / 2), beside('learnt from 30,000 points', TOP + SIDE + GAP + SIDE / 2));
  parts.push(
    words(LEFT, below - 14, 15, 'Directions of the wind: 4,320 in bins of 5°, and the density that was learnt', { weight: 600 }),
    await wind(directions.train, directions.learnt, LEFT, below, width - LEFT - 40, 210),
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="Inter"><rect width="100%" height="100%" fill="${INK.paper}"/>${parts.join('\n')}</svg>`;
  writeFileSync(new URL('../../docs/images/angles.png', import.meta.url), await toPng(svg, width));
}
