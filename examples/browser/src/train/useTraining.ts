import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { forget, keepRun, keepTask, keptProgress, keptTask } from './kept.ts';
import type { DensityGrid, FromWorker, Progress, Task, ToWorker } from './protocol.ts';
import type { SavedRun } from './runFile.ts';

/** `looking`: for a run of an earlier visit; `kept`: there is one, or one was opened, which the worker does not know yet. */
export type Phase = 'looking' | 'idle' | 'kept' | 'starting' | 'running' | 'pausing' | 'paused' | 'done';

export interface Training {
  readonly phase: Phase;
  readonly task: Task | null;
  readonly progress: Progress | null;
  readonly density: DensityGrid | null;
  readonly failure: string | null;
  start(task: Task): void;
  pause(): void;
  resume(): void;
  /** Takes a run from a file; to be resumed. */
  open(run: SavedRun): Promise<void>;
  /** Throws the run away, here and in the browser's database. */
  discard(): void;
  /** The model as it is now, as an ONNX file. */
  exportModel(): Promise<Uint8Array<ArrayBuffer>>;
}

/** A training run in a worker of its own, with what an earlier visit left behind. */
export function useTraining(): Training {
  const [phase, setPhase] = useState<Phase>('looking');
  const [task, setTask] = useState<Task | null>(null);
  const [progress, setProgress] = useState<Progress | null>(null);
  const [density, setDensity] = useState<DensityGrid | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const worker = useRef<Worker | null>(null);
  /** Whether a run was started of which nothing has been seen yet. */
  const fresh = useRef(false);
  const exporting = useRef<((bytes: Uint8Array<ArrayBuffer>) => void) | null>(null);

  useEffect(() => {
    Promise.all([keptTask(), keptProgress()]).then(
      ([kept, before]) => {
        setTask(kept ?? null);
        setProgress(before ?? null);
        setPhase(kept === undefined ? 'idle' : 'kept');
      },
      () => setPhase('idle'),
    );
    return () => worker.current?.terminate();
  }, []);

  const failed = useCallback((message: string) => {
    setFailure(message);
    // A run that has not begun has nothing to keep; one that was resumed is where it was.
    if (fresh.current) {
      setTask(null);
      setPhase('idle');
      forget();
    } else setPhase((now) => (now === 'starting' ? 'kept' : now === 'running' || now === 'pausing' ? 'paused' : now));
  }, []);

  const listen = useCallback(({ data }: MessageEvent<FromWorker>) => {
    if (data.kind === 'progress') {
      fresh.current = false;
      setProgress(data.progress);
      setPhase((now) => (now === 'starting' ? 'running' : now));
    } else if (data.kind === 'density') setDensity(data.density);
    else if (data.kind === 'exported') exporting.current?.(data.bytes);
    else if (data.kind === 'failed') failed(data.message);
    else setPhase(data.kind);
  }, []);

  const send = useCallback(
    (message: ToWorker) => {
      if (worker.current === null) {
        worker.current = new Worker(new URL('./trainWorker.ts', import.meta.url), { type: 'module' });
        worker.current.addEventListener('message', listen);
        worker.current.addEventListener('error', ({ message: why }) =>
          failed(`The training worker failed: ${why || 'its script could not be loaded'}.`),
        );
      }
      worker.current.postMessage(message);
    },
    [listen],
  );

  const run = useCallback(
    (next: Task, resume: boolean) => {
      setFailure(null);
      setPhase('starting');
      fresh.current = !resume;
      send({ kind: 'train', task: next, resume });
    },
    [send],
  );

  return {
    phase,
    task,
    progress,
    density,
    failure,
    start: (next) => {
      setTask(next);
      setProgress(null);
      setDensity(null);
      forget()
        .then(() => keepTask(next))
        .then(() => run(next, false));
    },
    pause: () => {
      setPhase('pausing');
      send({ kind: 'pause' });
    },
    resume: () => {
      if (task !== null) run(task, true);
    },
    open: async (saved) => {
      await keepRun(saved);
      setTask(saved.task);
      setProgress(saved.progress);
      setPhase('kept');
    },
    discard: () => {
      worker.current?.terminate();
      worker.current = null;
      setTask(null);
      setProgress(null);
      setDensity(null);
      setFailure(null);
      setPhase('idle');
      forget();
    },
    exportModel: () =>
      new Promise((resolve) => {
        exporting.current = resolve;
        send({ kind: 'export' });
      }),
  };
}
