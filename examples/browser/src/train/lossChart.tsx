import { useCallback } from 'preact/hooks';
import { Chart } from './chart.tsx';
import type { Progress } from './protocol.ts';

const HEIGHT = 160;

/** The held-out likelihood by epoch; the loss tells too little to be drawn beside it. */
export function LossChart({ progress }: { readonly progress: Progress }) {
  const { epochs, nll } = progress;
  const plot = useCallback(
    (Plot: typeof import('@observablehq/plot'), width: number) =>
      Plot.plot({
        width,
        height: HEIGHT,
        x: { label: 'epoch', domain: [0, epochs] },
        y: { label: 'held-out NLL, nats', grid: true, ticks: 4 },
        marks: [
          Plot.lineY(nll, { x: 'epoch', y: 'value', stroke: 'var(--accent)', strokeWidth: 2 }),
          Plot.dot(nll.slice(-1), { x: 'epoch', y: 'value', fill: 'var(--accent)', r: 4 }),
        ],
      }),
    [nll, epochs],
  );
  const last = nll[nll.length - 1];
  return (
    <Chart
      label={last === undefined ? 'Held-out likelihood, not measured yet' : `Held-out likelihood, now ${last.value.toFixed(2)} nats`}
      plot={plot}
      height={HEIGHT}
    />
  );
}
