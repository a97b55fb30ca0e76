import { useEffect, useMemo, useState } from 'preact/hooks';
import { ActionButton } from '../shared/actionButton.tsx';
import { download } from '../shared/download.ts';
import { Failure } from '../shared/failure.tsx';
import { Curves } from './curves.tsx';
import { DensityChart } from './densityChart.tsx';
import { keptRun } from './kept.ts';
import { NumberField } from './numberField.tsx';
import type { Task } from './protocol.ts';
import { LIMITS, readSettings, type SettingsText } from './readSettings.ts';
import { asText, decodeText, type GivenPoints, readText } from './readText.ts';
import { isRun, packRun, unpackRun } from './runFile.ts';
import { samplePoints } from './samplePoints.ts';
import { SPACES, type SpaceName } from './spaces.ts';
import type { Phase, Training } from './useTraining.ts';

const DEFAULTS: SettingsText = { steps: '2000', detail: '5' };
const SEED = 1;

const SAID: Readonly<Record<Phase, string>> = {
  looking: 'Looking for an earlier run.',
  idle: 'Waiting for points.',
  starting: 'Getting ready: the training step is traced and compiled.',
  running: 'Training.',
  pausing: 'Pausing.',
  paused: 'Paused. What was learnt is kept in this browser.',
  kept: 'A run is kept in this browser. Resume it, or discard it and train anew.',
  done: 'Done.',
};

const FINISHED = 'A finished run is kept in this browser. Resume it to see its density and to download it.';

const textOf = ({ steps, detail }: Task['settings']): SettingsText => ({ steps: `${steps}`, detail: `${detail}` });

interface TrainPageProps {
  /** It goes on while another page is shown. */
  readonly training: Training;
}

/** A density of the user's own points, trained in the page. */
export function TrainPage({ training }: TrainPageProps) {
  const { phase, task, progress, density, failure } = training;
  const [space, setSpace] = useState<SpaceName>(task?.space ?? 'plane');
  const [text, setText] = useState(() => (task === null ? '' : asText(task)));
  const [settings, setSettings] = useState(task === null ? DEFAULTS : textOf(task.settings));
  const [problem, setProblem] = useState<string | null>(null);
  const busy = phase === 'starting' || phase === 'running' || phase === 'pausing';
  const finished = progress !== null && progress.epoch === progress.epochs;

  // The form shows what a run of an earlier visit, or of a file, was started with.
  useEffect(() => {
    if (phase !== 'kept' || task === null) return;
    setSpace(task.space);
    setText(asText(task));
    setSettings(textOf(task.settings));
  }, [phase, task]);

  const given = useMemo((): GivenPoints | null => {
    if (text.trim() === '') return null;
    try {
      return readText(text, space);
    } catch {
      return null;
    }
  }, [text, space]);

  /** Does something, and says what went wrong with it; what went wrong before is forgotten. */
  const attempt = (work: () => void | Promise<void>) => async () => {
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const start = attempt(() => {
    if ((phase === 'kept' || phase === 'paused') && !finished)
      throw new Error(
        'There is a run here that has not ended. Resume it, or discard it first; its checkpoint can be downloaded before that.',
      );
    training.start({ space, rows: readText(text, space).rows, settings: readSettings(settings, SEED) });
  });
  const open = (file: File | undefined) =>
    attempt(async () => {
      if (file === undefined) return;
      try {
        const bytes = new Uint8Array(await file.arrayBuffer());
        if (!isRun(bytes)) setText(decodeText(bytes));
        else if (task !== null)
          throw new Error('There is a run here already. Discard it first; its checkpoint can be downloaded before that.');
        else await training.open(unpackRun(bytes));
      } catch (error) {
        throw new Error(`${file.name} was not opened. ${(error as Error).message}`);
      }
    })();
  const edit = (next: string) => {
    setText(next);
    setProblem(null);
  };
  const typed = (name: keyof SettingsText) => (value: string) => setSettings({ ...settings, [name]: value });
  const saveModel = attempt(async () => download(await training.exportModel(), `${task?.space ?? 'density'}.onnx`));
  const saveCheckpoint = attempt(async () => {
    const saved = await keptRun();
    if (saved === null) throw new Error('There is no checkpoint yet: the first is written after ten seconds, or when you pause.');
    download(packRun(saved), `${saved.task.space}-run.zip`);
  });
  const last = progress?.nll[progress.nll.length - 1];

  // At once as a whole: a run of an earlier visit would push things about.
  if (phase === 'looking') return <p class="quiet">{SAID.looking}</p>;
  return (
    <article class="split form-first">
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
          <button type="button" disabled={busy} onClick={() => edit(samplePoints(space))}>
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
          <textarea rows={6} value={text} disabled={busy} spellcheck={false} onInput={(event) => edit(event.currentTarget.value)} />
        </label>
        <p class="quiet" role="status">
          {given === null ? ' ' : `${given.rows.length.toLocaleString('en')} points${given.taken === null ? '' : `: ${given.taken}`}.`}
        </p>
        <div class="row">
          <NumberField label="Steps" limits={LIMITS.steps} text={settings.steps} disabled={busy} onInput={typed('steps')} />
          <NumberField
            label={`Finest detail, ${space === 'plane' ? '% of the spread' : 'degrees'}`}
            limits={LIMITS.detail}
            text={settings.detail}
            disabled={busy}
            onInput={typed('detail')}
          />
        </div>
        <div class="row">
          <ActionButton primary idle={busy} onClick={start}>
            Train
          </ActionButton>
          <ActionButton idle={phase !== 'running'} onClick={training.pause}>
            Pause
          </ActionButton>
          <ActionButton idle={phase !== 'paused' && phase !== 'kept'} onClick={attempt(training.resume)}>
            Resume
          </ActionButton>
          <ActionButton idle={task === null} onClick={attempt(training.discard)}>
            Discard
          </ActionButton>
        </div>
        {(problem ?? failure) !== null && <Failure message={(problem ?? failure) as string} />}
        <p role="status">{phase === 'kept' && finished ? FINISHED : SAID[phase]}</p>
        <progress aria-label="Steps done" value={progress === null ? 0 : progress.epoch / progress.epochs} />
        {progress !== null && (
          <dl class="facts">
            <dt>Step</dt>
            <dd>
              {progress.epoch * progress.stepsPerEpoch} of {progress.epochs * progress.stepsPerEpoch}
            </dd>
            <dt>Held-out NLL</dt>
            <dd data-testid="nll">{last === undefined ? 'not measured yet' : `${last.value.toFixed(3)} nats`}</dd>
            <dt>Speed</dt>
            <dd>{phase !== 'running' || progress.stepsPerSecond === null ? '–' : `${progress.stepsPerSecond.toFixed(0)} steps/s`}</dd>
          </dl>
        )}
        <div class="row">
          <ActionButton idle={phase !== 'paused' && phase !== 'done'} onClick={saveModel}>
            Download ONNX
          </ActionButton>
          <ActionButton idle={task === null} onClick={saveCheckpoint}>
            Download checkpoint
          </ActionButton>
        </div>
      </div>
    </article>
  );
}
