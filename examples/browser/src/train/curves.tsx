import { useCallback } from 'preact/hooks';
import { Chart } from './chart.tsx';
import type { CurvePoint, Progress } from './protocol.ts';

const HEIGHT = 170;

interface CurveProps {
  readonly title: string;
  readonly unit: string;
  readonly points: readonly CurvePoint[];
  readonly progress: Progress;
}

/** Losses of the first steps are far above all others, which would lie on the axis beneath them. */
function rangeOf(points: readonly CurvePoint[]): [number, number] {
  const values = points.map(({ value }) => value).sort((a, b) => a - b);
  const [low, high] = [values[0], values[Math.floor(0.98 * (values.length - 1))]];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

function Curve({ title, unit, points, progress: { epochs, stepsPerEpoch } }: CurveProps) {
  const step = ({ epoch }: CurvePoint): number => epoch * stepsPerEpoch;
  const plot = useCallback(
    (Plot: typeof import('@observablehq/plot'), width: number) =>
      Plot.plot({
        width,
        height: HEIGHT,
        marginLeft: 48,
        x: { label: 'step', domain: [0, epochs * stepsPerEpoch], ticks: 4 },
        y: { label: title, grid: true, ticks: 4, ...(points.length > 0 && { domain: rangeOf(points), nice: true, clamp: true }) },
        marks: [
          Plot.lineY(points, { x: step, y: 'value', stroke: 'var(--accent)', strokeWidth: 2 }),
          Plot.dot(points.slice(-1), { x: step, y: 'value', fill: 'var(--accent)', r: 4 }),
        ],
      }),
    [title, points, epochs, stepsPerEpoch],
  );
  const last = points.at(-1);
  return (
    <Chart
      label={last === undefined ? `${title}, not measured yet` : `${title}, now ${last.value.toFixed(2)} ${unit}`}
      plot={plot}
      height={HEIGHT}
    />
  );
}

/** How a run goes: its loss, and the likelihood of points that it does not see. */
export function Curves({ progress }: { readonly progress: Progress }) {
  return (
    <div class="curves">
      <Curve title="loss" unit="" points={progress.loss} progress={progress} />
      <Curve title="held-out NLL, nats" unit="nats" points={progress.nll} progress={progress} />
    </div>
  );
}
