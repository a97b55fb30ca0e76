import { useCallback } from 'preact/hooks';
import { Chart } from './chart.tsx';
import type { DensityGrid } from './protocol.ts';
import { SPACES } from './spaces.ts';

interface DensityChartProps {
  readonly density: DensityGrid;
  readonly rows: readonly (readonly number[])[];
}

const HEIGHT = 420;
/** More points than this would hide the density. */
const SHOWN = 1500;
/** Nats below the peak that still have a colour. */
const DEPTH = 9;

/** Angles from −180° to 180°, as the picture has them. */
const wrapped = (degrees: number): number => ((((degrees + 180) % 360) + 360) % 360) - 180;

/** Some of the rows, in no step with whatever order they have: i·φ modulo 1 is spread evenly over every stride. */
const thinned = <T,>(rows: readonly T[]): readonly T[] => rows.filter((_, i) => (i * 0.6180339887) % 1 < SHOWN / rows.length);

/** The learnt density with the data on it. */
export function DensityChart({ density, rows }: DensityChartProps) {
  const { space, width, height, box, logDensity } = density;
  const { title, columns } = SPACES[space];
  const plot = useCallback(
    (Plot: typeof import('@observablehq/plot'), wide: number) => {
      const shown = thinned(rows).map((row) => row.map((value, k) => (columns[k].range === null ? value : wrapped(value))));
      if (space === 'circle') {
        const step = (box[2] - box[0]) / width;
        const curve = Array.from(logDensity, (value, i) => ({ angle: box[0] + (i + 0.5) * step, density: Math.exp(value) }));
        const share = (Math.PI / 180) * 10;
        return Plot.plot({
          width: wide,
          height: HEIGHT,
          x: { label: 'angle in degrees', ticks: [-180, -90, 0, 90, 180] },
          y: { label: 'density per radian', grid: true },
          marks: [
            Plot.rectY(
              shown,
              Plot.binX({ y: (bin: unknown[]) => bin.length / shown.length / share }, {
                x: (row: number[]) => row[0],
                thresholds: 36,
                fill: 'var(--line)',
              } as never),
            ),
            Plot.lineY(curve, { x: 'angle', y: 'density', stroke: 'var(--accent)', strokeWidth: 2 }),
            Plot.ruleY([0]),
          ],
        });
      }
      const peak = logDensity.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const [left, bottom, right, top] = box;
      return Plot.plot({
        width: wide,
        height: HEIGHT,
        x: { label: columns[0].title, domain: [left, right] },
        y: { label: columns[1].title, domain: [bottom, top] },
        color: { scheme: 'inferno', domain: [peak - DEPTH, peak], clamp: true, legend: true, label: 'log-density in nats' },
        marks: [
          Plot.raster(logDensity, { width, height, x1: left, y1: bottom, x2: right, y2: top, interpolate: 'nearest' } as never),
          Plot.dot(shown, { x: (row: number[]) => row[0], y: (row: number[]) => row[1], r: 1.3, fill: '#5ce1ff', fillOpacity: 0.6 }),
        ],
      });
    },
    [density, rows],
  );
  return <Chart label={`Learnt density, ${title}, with the data on it`} plot={plot} height={HEIGHT} />;
}
