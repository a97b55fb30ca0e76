import { useState } from 'preact/hooks';
import type { Device } from '../models/connect.ts';
import { useModel } from '../models/useModel.ts';
import { DevicePicker } from '../shared/devicePicker.tsx';
import { Failure } from '../shared/failure.tsx';
import { useResult } from '../shared/useResult.ts';
import { CodeMap } from './codeMap.tsx';
import { DigitImage } from './digitImage.tsx';
import { DrawingPad } from './drawingPad.tsx';
import { SIDE } from './normalise.ts';
import { posteriorOf } from './posterior.ts';

const MODEL = './models/digits.onnx';
const FACTS = './models/digits.json';

/** What the page knows of digits that the model was not trained on. */
interface DigitFacts {
  /** Reconstruction costs in nats that 5, 50 and 95 of a hundred stay below. */
  readonly quantiles: readonly [number, number, number];
  /** A few of them, ink from 0 to 255. */
  readonly examples: readonly { readonly label: number; readonly pixels: readonly number[] }[];
}

async function fetchFacts(): Promise<DigitFacts | null> {
  const response = await fetch(FACTS);
  return response.ok ? response.json() : null;
}

/** How unusual a cost is among digits, in words. */
function verdict(nats: number, [low, middle, high]: DigitFacts['quantiles']): string {
  if (nats > high) return 'An anomaly: more than 95 of 100 test digits cost less';
  return nats > middle
    ? 'Within the usual, on the costly side'
    : nats < low
      ? 'Simpler than 95 of 100 test digits'
      : 'As usual for a digit';
}

/** The implicit posterior of a digit that the user draws. */
export function EncoderPage() {
  const [device, setDevice] = useState<Device>('wasm');
  const loaded = useModel(MODEL, device);
  const model = loaded !== null && 'model' in loaded ? loaded.model : null;
  const facts = useResult(fetchFacts, []);
  const [digit, setDigit] = useState<Float32Array<ArrayBuffer> | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const posterior = useResult(model !== null && digit !== null ? () => posteriorOf(model, digit, 1) : null, [model, digit], ({ message }) =>
    setProblem(message),
  );

  return (
    <article class="split">
      <div class="stage">
        {model === null ? <div class="atlas" /> : <CodeMap model={model} codes={posterior?.codes ?? []} />}
        <p class="quiet">
          The sphere of codes, unrolled: what the decoder makes of each place. Dots are draws from the posterior of your digit, an implicit
          distribution that is easy to draw from and has no formula.
        </p>
      </div>
      <div class="panel">
        <h1>Draw a digit</h1>
        <p>An implicit variational autoencoder with codes on the sphere encodes it here, 300 times.</p>
        {loaded !== null && 'error' in loaded && (
          <Failure
            message={`The digit model could not be loaded: ${loaded.error} Make it with npx tsx examples/digits/main.ts, then npm run browser.`}
          />
        )}
        {problem !== null && <Failure message={problem} />}
        <DrawingPad digit={digit} onDraw={setDigit} />
        <fieldset class="row samples" aria-label="Test digits to choose">
          {facts?.examples.map(({ label, pixels }) => (
            <button type="button" class="bare" key={label} onClick={() => setDigit(Float32Array.from(pixels, (value) => value / 255))}>
              <DigitImage pixels={Float32Array.from(pixels, (value) => value / 255)} label={`Use a test digit ${label}`} />
            </button>
          ))}
        </fieldset>
        <DevicePicker device={device} model={model} onChange={setDevice} />
        <section aria-labelledby="outcome" aria-live="polite">
          <h2 id="outcome">What the model makes of it</h2>
          {digit === null || posterior === null ? (
            <p class="quiet">Write on the sheet, or choose a digit.</p>
          ) : (
            <>
              <div class="row">
                <DigitImage pixels={digit} label={`Your digit, as ${SIDE} by ${SIDE} pixels`} />
                <span aria-hidden="true">→</span>
                {posterior.reconstructions.map((pixels, i) => (
                  <DigitImage key={i} pixels={pixels} label={`Reconstruction ${i + 1}`} />
                ))}
              </div>
              <dl class="facts">
                <dt>Anomaly score</dt>
                <dd>{posterior.nats.toFixed(0)} nats to reconstruct</dd>
                {facts !== null && (
                  <>
                    <dt>Verdict</dt>
                    <dd>{verdict(posterior.nats, facts.quantiles)}</dd>
                  </>
                )}
              </dl>
            </>
          )}
        </section>
      </div>
    </article>
  );
}
