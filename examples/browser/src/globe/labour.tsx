import { useEffect, useRef, useState } from 'preact/hooks';
import type { LoadedModel } from 'tfjs-mvl/runtime';
import { spiral } from './view.ts';

const POINTS = 1_000_000;
/** Points of one request, so that there is progress to show, and a place to stop. */
const PIECE = 50_000;
const [CHAINS, STEPS] = [10_000, 1_000];

interface LabourProps {
  /** null: it loads. Work with one that is replaced is cancelled. */
  readonly model: LoadedModel | null;
  /** Takes the ends of the chains. */
  onSamples(points: Float32Array): void;
}

type Job = { readonly what: string; readonly done: number | null } | null;

/** Work of some seconds and more, which the worker does while the page stays alive. */
export function Labour({ model, onSamples }: LabourProps) {
  const [job, setJob] = useState<Job>(null);
  const [said, setSaid] = useState('');
  const controller = useRef<AbortController | null>(null);
  useEffect(() => () => controller.current?.abort(), [model]);

  const run = async (what: string, work: (model: LoadedModel, signal: AbortSignal) => Promise<string>) => {
    if (model === null) return;
    controller.current = new AbortController();
    setJob({ what, done: null });
    setSaid('');
    try {
      setSaid(await work(model, controller.current.signal));
    } catch (error) {
      setSaid(controller.current.signal.aborted ? `${what}: cancelled.` : `${what} ended: ${(error as Error).message}`);
    }
    setJob(null);
  };
  const seconds = (began: number): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const score = () =>
    run('Scoring', async (on, signal) => {
      const points = spiral(POINTS);
      const began = performance.now();
      for (let from = 0; from < POINTS; from += PIECE) {
        // A copy: to send a part of an array is to send all of its buffer.
        await on.score(points.slice(3 * from, 3 * (from + PIECE)));
        signal.throwIfAborted();
        setJob({ what: 'Scoring', done: (from + PIECE) / POINTS });
      }
      return `1,000,000 points scored in ${seconds(began)}.`;
    });
  const sample = () =>
    run('Sampling', async (on, signal) => {
      const began = performance.now();
      const onProgress = (step: number, steps: number) => setJob({ what: 'Sampling', done: step / steps });
      const samples = await on.sample({ n: CHAINS, steps: STEPS, candidates: 10 * CHAINS, seed: 1, onProgress, signal });
      onSamples(samples);
      return `10,000 chains of 1,000 steps in ${seconds(began)}; their ends are on the globe.`;
    });

  return (
    <section aria-labelledby="labour">
      <h2 id="labour">Hard work, off the main thread</h2>
      <div class="row">
        <button type="button" disabled={model === null || job !== null} onClick={score}>
          Score 1,000,000 points
        </button>
        <button type="button" disabled={model === null || job !== null} onClick={sample}>
          Sample 10,000 chains
        </button>
        <button type="button" disabled={job === null} onClick={() => controller.current?.abort()}>
          Cancel
        </button>
      </div>
      <progress aria-label={job?.what ?? 'No work in progress'} value={job === null ? 0 : (job.done ?? undefined)} />
      <p role="status" class="quiet">
        {said || (job === null ? ' ' : `${job.what}…`)}
      </p>
    </section>
  );
}
