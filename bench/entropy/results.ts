import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A point of a method's curve: NLL in nats after so many seconds of training. */
export interface CurvePoint {
  readonly seconds: number;
  readonly steps: number;
  readonly nll: number;
  /** Of the mean over images, and the mean over images of that of the chains. */
  readonly standardError: number;
  readonly chainError: number;
  /** Mean over the training batches since the last point. */
  readonly reconstruction: number;
}

/** How long a training is and how often it is looked at. */
export interface Plan {
  readonly seconds: number;
  readonly evaluations: number;
  /** Test images that the likelihood is measured on. */
  readonly images: number;
}

export interface MethodResult {
  readonly command: string;
  readonly plan: Plan;
  /** Tracing, making the session and the first step, which are not in the seconds of the curve. */
  readonly startSeconds: number;
  readonly steps: number;
  readonly millisecondsPerStep: number;
  readonly curve: readonly CurvePoint[];
  /** Why training ended early, where it did. */
  readonly diverged?: string;
  readonly settings: object;
  readonly versions: Readonly<Record<string, string>>;
}

export interface EntropyResults {
  readonly what: string;
  readonly methods: Readonly<Record<string, MethodResult>>;
}

export const RESULTS = fileURLToPath(new URL('../results/entropy.json', import.meta.url));

const WHAT = [
  'NLL in nats of binarised MNIST test images, by annealed importance sampling, against seconds of training of an implicit VAE',
  'for several estimates of the gradient of its posterior’s entropy',
].join(', ');

export const readResults = (path = RESULTS): EntropyResults =>
  existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { what: WHAT, methods: {} };

/** Puts one method's result into the file in one move; those of others stay, also where another process wrote them meanwhile. */
export function keepResult(method: string, result: MethodResult, path = RESULTS): void {
  const { methods } = readResults(path);
  const part = `${path}.${process.pid}`;
  writeFileSync(part, `${JSON.stringify({ what: WHAT, methods: { ...methods, [method]: result } }, null, 2)}\n`);
  renameSync(part, path);
}

/** Whether a result is all that a plan asks for. One with another plan is not. */
export function isFinished(result: MethodResult | undefined, plan: Plan): boolean {
  if (result === undefined) return false;
  const same = (Object.keys(plan) as (keyof Plan)[]).every((key) => result.plan[key] === plan[key]);
  return same && (result.diverged !== undefined || result.curve.length === plan.evaluations);
}
