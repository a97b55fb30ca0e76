import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { Device } from '../models/connect.ts';
import { useModel } from '../models/useModel.ts';
import { DevicePicker } from '../shared/devicePicker.tsx';
import { Failure } from '../shared/failure.tsx';
import { GlobeCanvas } from './globeCanvas.tsx';
import { Labour } from './labour.tsx';
import { Legend } from './legend.tsx';
import { shadesOf } from './paint.ts';
import { compass, measure, type Probe, placeName } from './probe.ts';
import { useDensity, useField } from './useDensity.ts';
import { useParticles } from './useParticles.ts';
import type { Vector, View } from './view.ts';

const MODEL = './models/earthquakes.onnx';
/** The western Pacific. */
const FIRST_VIEW: View = { longitude: 150, latitude: 15 };
const PARTICLES = 1500;
const UNIFORM = 1 / (4 * Math.PI);

const calm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** The learnt density of a week of earthquakes on the globe. */
export function GlobePage() {
  const [device, setDevice] = useState<Device>('wasm');
  const loaded = useModel(MODEL, device);
  const model = loaded !== null && 'model' in loaded ? loaded.model : null;
  const map = useDensity(model);
  const shades = useMemo(() => map && shadesOf(map), [map]);
  const [view, setView] = useState(FIRST_VIEW);
  const [withField, setWithField] = useState(false);
  const [alive, setAlive] = useState(!calm());
  const field = useField(model, withField);
  const moving = useParticles(model, PARTICLES, alive);
  const [samples, setSamples] = useState<Float32Array | null>(null);
  const [probe, setProbe] = useState<Probe | null>(null);

  const pick = useCallback(
    (point: Vector) => {
      if (model !== null && map !== null) measure(model, point, map.logPartition).then(setProbe, () => undefined);
    },
    [model, map],
  );
  useEffect(() => setSamples(null), [model]);

  return (
    <article class="split">
      <div class="stage">
        <GlobeCanvas
          view={view}
          map={map}
          shades={shades}
          field={field}
          particles={moving ?? samples}
          probe={probe?.point ?? null}
          onTurn={setView}
          onPick={pick}
        />
        <Legend />
      </div>
      <div class="panel">
        <h1>Where the earth shook</h1>
        <p>
          An energy on the sphere, learnt from one week of earthquakes by minimum velocity learning, and run here by onnxruntime-web.
          Bright: where quakes are likely.
        </p>
        {loaded !== null && 'error' in loaded && <Failure message={`The model could not be loaded. ${loaded.error}`} />}
        <DevicePicker device={device} model={model} onChange={setDevice} />
        <div class="row">
          <label>
            <input type="checkbox" checked={withField} onChange={(event) => setWithField(event.currentTarget.checked)} /> Score field
          </label>
          <label>
            <input type="checkbox" checked={alive} onChange={(event) => setAlive(event.currentTarget.checked)} /> Langevin particles
          </label>
        </div>
        <section aria-labelledby="probe" aria-live="polite">
          <h2 id="probe">At a point</h2>
          {probe === null ? (
            <p class="quiet">Click on the globe, or press Enter there, to measure. Drag it, or use the arrow keys, to turn it.</p>
          ) : (
            <dl class="facts">
              <dt>Place</dt>
              <dd>{placeName(probe.point)}</dd>
              <dt>Density</dt>
              <dd>
                {(Math.exp(probe.logDensity) / UNIFORM).toPrecision(3)} × uniform ({probe.logDensity.toFixed(2)} nats per sr)
              </dd>
              <dt>Score</dt>
              <dd>
                {probe.score.norm.toPrecision(3)} nats per radian, to the {compass(probe.score.bearing)}
              </dd>
            </dl>
          )}
        </section>
        <Labour
          model={model}
          onSamples={(points) => {
            setAlive(false);
            setSamples(points);
          }}
        />
      </div>
    </article>
  );
}
