import { useEffect, useMemo, useState } from 'preact/hooks';
import { download } from '../shared/download.ts';
import { Failure } from '../shared/failure.tsx';
import { Curves } from './curves.tsx';
import { DensityChart } from './densityChart.tsx';
import { keptRun } from './kept.ts';
import type { TrainSettings } from './protocol.ts';
import { asText, type GivenPoints, readText } from './readText.ts';
import { isRun, packRun, unpackRun } from './runFile.ts';
import { samplePoints } from './samplePoints.ts';
import { SPACES, type SpaceName } from './spaces.ts';
import { type Phase, useTraining } from './useTraining.ts';

const DEFAULTS = { steps: 2000, detail: 5, seed: 1 };

const SAID: Readonly<Record<Phase, string>> = {
  looking: 'Looking for an earlier run.',
  idle: 'Waiting for points.',
  starting: 'Getting ready: the training step is traced and compiled.',
  running: 'Training.',
  pausing: 'Pausing.',
  paused: 'Paused. What was learnt is kept in this browser.',
  kept: 'A run is kept in this browser. Resume it, or train anew.',
  done: 'Done.',
};

/** A density of the user's own points, trained in the page. */
export function TrainPage() {
  const training = useTraining();
  const { phase, task, progress, density, failure } = training;
  const [space, setSpace] = useState<SpaceName>('plane');
  const [text, setText] = useState('');
  const [settings, setSettings] = useState<TrainSettings>(DEFAULTS);
  const [problem, setProblem] = useState<string | null>(null);
  const busy = phase === 'starting' || phase === 'running' || phase === 'pausing';

  // The form shows what a run of an earlier visit, or of a file, was started with.
  useEffect(() => {
    if (phase !== 'kept' || task === null) return;
    setSpace(task.space);
    setText(asText(task));
    setSettings(task.settings);
  }, [phase, task]);

  const given = useMemo((): GivenPoints | null => {
    if (text.trim() === '') return null;
    try {
      return readText(text, space);
    } catch {
      return null;
    }
  }, [text, space]);

  const start = () => {
    try {
      const { rows } = readText(text, space);
      setProblem(null);
      training.start({ space, rows, settings });
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const open = async (file: File | undefined) => {
    if (file === undefined) return;
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      if (!isRun(bytes)) setText(new TextDecoder().decode(bytes));
      else if (task !== null)
        throw new Error('There is a run here already. Discard it first; its checkpoint can be downloaded before that.');
      else await training.open(unpackRun(bytes));
      setProblem(null);
    } catch (error) {
      setProblem(`${file.name} was not opened. ${(error as Error).message}`);
    }
  };
  const number = (name: keyof typeof DEFAULTS) => (event: { currentTarget: HTMLInputElement }) => {
    const value = event.currentTarget.valueAsNumber;
    if (Number.isFinite(value)) setSettings({ ...settings, [name]: value });
  };
  const saveModel = async () => download(await training.exportModel(), `${task?.space ?? 'density'}.onnx`);
  const saveCheckpoint = async () => {
    const saved = await keptRun();
    if (saved === null) setProblem('There is no checkpoint yet: the first is written after ten seconds, or when you pause.');
    else download(packRun(saved), `${saved.task.space}-run.zip`);
  };
  const last = progress?.nll[progress.nll.length - 1];

  // At once as a whole: a run of an earlier visit would push things about.
  if (phase === 'looking') return <p class="quiet">{SAID.looking}</p>;
  return (
    <article class="split">
      <div class="stage">
        {density !== null && task !== null ? (
          <DensityChart density={density} rows={task.rows} />
        ) : (
          <div class="empty">
            <p class="quiet">{task === null ? 'The density appears here while it is learnt.' : 'The picture comes with the next steps.'}</p>
          </div>
        )}
        {progress !== null && <Curves progress={progress} />}
      </div>
      <div class="panel">
        <h1>Learn a density of your own points</h1>
        <p>
          Drop a CSV file, or paste numbers. An energy is trained on them by minimum velocity learning, in this page; nothing is sent
          anywhere.
        </p>
        <div class="row">
          <label>
            Points on the{' '}
            <select value={space} disabled={busy} onChange={(event) => setSpace(event.currentTarget.value as SpaceName)}>
              {Object.entries(SPACES).map(([name, { title }]) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          <button type="button" disabled={busy} onClick={() => setText(samplePoints(space))}>
            Use sample points
          </button>
        </div>
        <label
          class="drop"
          onDragOver={(event) => event.preventDefault()}
          onDrop={(event) => {
            event.preventDefault();
            open(event.dataTransfer?.files[0]);
          }}
        >
          CSV file or checkpoint, or drop one here{' '}
          <input
            type="file"
            accept=".csv,.tsv,.txt,.zip,text/*"
            disabled={busy}
            onChange={(event) => open(event.currentTarget.files?.[0])}
          />
        </label>
        <label>
          Or paste points, one a line
          <textarea rows={6} value={text} disabled={busy} spellcheck={false} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <p class="quiet" role="status">
          {given === null
            ? ' '
            : `${given.rows.length.toLocaleString('en')} points${given.taken === null ? '' : `, of the columns ${given.taken}`}.`}
        </p>
        <div class="row">
          <label>
            Steps <input type="number" min={10} max={100_000} value={settings.steps} disabled={busy} onInput={number('steps')} />
          </label>
          <label>
            Finest detail, {space === 'plane' ? '% of the spread' : 'degrees'}{' '}
            <input type="number" min={1} max={50} value={settings.detail} disabled={busy} onInput={number('detail')} />
          </label>
        </div>
        <div class="row">
          <button type="button" class="primary" disabled={busy} onClick={start}>
            Train
          </button>
          <button type="button" disabled={phase !== 'running'} onClick={training.pause}>
            Pause
          </button>
          <button type="button" disabled={phase !== 'paused' && phase !== 'kept'} onClick={training.resume}>
            Resume
          </button>
          <button type="button" disabled={task === null} onClick={training.discard}>
            Discard
          </button>
        </div>
        {(problem ?? failure) !== null && <Failure message={(problem ?? failure) as string} />}
        <p role="status">{SAID[phase]}</p>
        <progress aria-label="Epochs done" value={progress === null ? 0 : progress.epoch / progress.epochs} />
        {progress !== null && (
          <dl class="facts">
            <dt>Epoch</dt>
            <dd>
              {progress.epoch} of {progress.epochs}
            </dd>
            <dt>Held-out NLL</dt>
            <dd data-testid="nll">{last === undefined ? 'not measured yet' : `${last.value.toFixed(3)} nats`}</dd>
            <dt>Speed</dt>
            <dd>{progress.stepsPerSecond === null ? '–' : `${progress.stepsPerSecond.toFixed(0)} steps/s`}</dd>
          </dl>
        )}
        <div class="row">
          <button type="button" disabled={phase !== 'paused' && phase !== 'done'} onClick={saveModel}>
            Download ONNX
          </button>
          <button type="button" disabled={task === null} onClick={saveCheckpoint}>
            Download checkpoint
          </button>
        </div>
      </div>
    </article>
  );
}
