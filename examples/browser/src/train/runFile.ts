import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import type { Progress, Task } from './protocol.ts';
import { SPACES } from './spaces.ts';

/** A run as it is kept: all that another browser, or this one later, needs to go on with it. */
export interface SavedRun {
  readonly task: Task;
  /** null: nothing was shown yet. */
  readonly progress: Progress | null;
  /** As `fit` writes it. */
  readonly checkpoint: Uint8Array<ArrayBuffer>;
}

const VERSION = 1;
const [FACTS, CHECKPOINT] = ['run.json', 'checkpoint.safetensors'];

/** One file of a run: a zip of its points and settings, and of the checkpoint. */
export function packRun({ task, progress, checkpoint }: SavedRun): Uint8Array {
  return zipSync({ [FACTS]: strToU8(JSON.stringify({ version: VERSION, task, progress })), [CHECKPOINT]: [checkpoint, { level: 0 }] });
}

/** Whether bytes begin as a zip does. */
export const isRun = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

const isCurve = (points: unknown): boolean =>
  Array.isArray(points) && points.every(({ epoch, value }) => Number.isFinite(epoch) && Number.isFinite(value));

function isTask(task: Partial<Task> | undefined): task is Task {
  if (task?.space === undefined || task.settings === undefined || !Array.isArray(task.rows) || !Object.hasOwn(SPACES, task.space))
    return false;
  const { steps, detail, seed } = task.settings;
  const width = SPACES[task.space].columns.length;
  return [steps, detail, seed].every(Number.isFinite) && task.rows.every((row) => row.length === width && row.every(Number.isFinite));
}

const isProgress = (progress: Partial<Progress> | null | undefined): progress is Progress | null =>
  progress === null ||
  ([progress?.epoch, progress?.epochs, progress?.stepsPerEpoch].every(Number.isInteger) &&
    isCurve(progress?.loss) &&
    isCurve(progress?.nll));

function orFail<T>(attempt: () => T, fail: (why: string) => never): T {
  try {
    return attempt();
  } catch (error) {
    return fail((error as Error).message);
  }
}

/**
 * What `packRun` has packed.
 *
 * @throws Error for other files, and damaged ones
 */
export function unpackRun(bytes: Uint8Array): SavedRun {
  const fail = (what: string): never => {
    throw new Error(`${what} Expected a file that “Download checkpoint” of this page has written.`);
  };
  const {
    [FACTS]: facts,
    [CHECKPOINT]: checkpoint,
    ...others
  } = orFail(
    () => unzipSync(bytes) as Record<string, Uint8Array<ArrayBuffer>>,
    (why) => fail(`It is not a whole zip file: ${why}.`),
  );
  if (facts === undefined || checkpoint === undefined) return fail(`It holds ${Object.keys(others).join(', ') || 'too little'}.`);
  const { version, task, progress } = orFail(
    () => JSON.parse(strFromU8(facts)),
    (why) => fail(`Its ${FACTS} is damaged: ${why}.`),
  );
  if (version !== VERSION) return fail(`Its version is ${version}.`);
  if (!isTask(task) || !isProgress(progress)) return fail(`Its ${FACTS} is of another kind.`);
  return { task, progress, checkpoint };
}
