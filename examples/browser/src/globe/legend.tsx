import { interpolateInferno } from 'd3-scale-chromatic';
import { HIGHEST, LOWEST } from './paint.ts';

const STOPS = Array.from({ length: 9 }, (_, i) => interpolateInferno(0.06 + (0.92 * i) / 8)).join(', ');
const TICKS = [-6, -4, -2, 0, 2, 4];

/** The colours with their log-densities. */
export function Legend() {
  return (
    <div class="legend" role="img" aria-label={`Colours from ${LOWEST} to ${HIGHEST} nats per steradian, dark to bright`}>
      <div class="ramp" style={{ background: `linear-gradient(to right, ${STOPS})` }} />
      <div class="ticks" aria-hidden="true">
        {TICKS.map((tick) => (
          <span key={tick}>{`${tick}`.replace('-', '−')}</span>
        ))}
      </div>
      <div aria-hidden="true">log-density, nats per sr</div>
    </div>
  );
}
