import type { Logs } from '@tensorflow/tfjs';
import { inNode, nodeModule } from './nodeModules.ts';

/** Shows how training goes. */
export interface Progress {
  /** After a step, from 1; `loss` is the last that was read. */
  step(step: number, epoch: number, loss: number | null): void;
  epochEnd(epoch: number, logs: Logs): void;
  stop(): void;
}

interface Size {
  readonly epochs: number;
  readonly steps: number;
  /** Steps done before, where training resumes. */
  readonly from: number;
  /** What is trained by: the first line of a log. */
  readonly title?: string;
}

type Terminal = NodeJS.WriteStream;

const silent: Progress = { step: () => {}, epochEnd: () => {}, stop: () => {} };

const shown = (value: number): string => (Math.abs(value) < 1e5 && Math.abs(value) >= 1e-3 ? value.toFixed(4) : value.toPrecision(4));

const entries = (logs: Logs): string =>
  Object.entries(logs)
    .map(([name, value]) => `${name} ${shown(value as number)}`)
    .join(' | ');

/** Minutes and seconds, with hours where there are some. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [first, ...rest] = parts[0] > 0 ? parts : parts.slice(1);
  return [first, ...rest.map((part) => String(part).padStart(2, '0'))].join(':');
}

/** Steps per second since the beginning, and seconds left at that rate. */
function pace({ steps, from }: Size) {
  const start = performance.now();
  return (step: number) => {
    const rate = (step - from) / Math.max((performance.now() - start) / 1000, 1e-9);
    return { rate, left: (steps - step) / rate };
  };
}

async function bar(size: Size, stream: Terminal): Promise<Progress> {
  const { SingleBar } = await nodeModule('cli-progress', 'The progress bar');
  const single = new SingleBar({
    format: 'epoch {epoch}/{epochs} {bar} {value}/{total} | {losses} | {rate} steps/s | {left} left',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 20,
    fps: 5,
    gracefulExit: false,
    stream,
  });
  const paceAt = pace(size);
  let validation: Logs = {};
  let loss: number | null = null;
  single.start(size.steps, size.from, { epoch: 1, epochs: size.epochs, losses: 'starting', rate: '–', left: '–' });
  return {
    step: (step, epoch, latest) => {
      loss = latest ?? loss;
      const { rate, left } = paceAt(step);
      const losses = entries({ ...(loss !== null && { loss }), ...validation });
      single.update(step, { epoch: epoch + 1, losses, rate: rate >= 10 ? rate.toFixed(0) : rate.toPrecision(2), left: duration(left) });
    },
    epochEnd: (_epoch, { loss: _mean, ...rest }) => {
      validation = rest;
    },
    stop: () => single.stop(),
  };
}

function lines(size: Size, write: (line: string) => void): Progress {
  const paceAt = pace(size);
  let done = size.from;
  if (size.title !== undefined) write(size.title);
  return {
    step: (step) => {
      done = step;
    },
    epochEnd: (epoch, logs) => {
      const { rate, left } = paceAt(done);
      write(`epoch ${epoch + 1}/${size.epochs} | ${entries(logs)} | ${rate.toPrecision(3)} steps/s | ${duration(left)} left`);
    },
    stop: () => {},
  };
}

/**
 * A bar where `stream` is a terminal; elsewhere nothing, or a line for the loss and one per epoch where `verbose` is 1. Everything goes to stderr, in browsers to the
 * console.
 */
export async function progressOf(
  verbose: 0 | 1 | 'auto',
  size: Size,
  stream: Terminal | null = inNode() ? process.stderr : null,
): Promise<Progress> {
  if (verbose === 0) return silent;
  if (stream?.isTTY) return bar(size, stream);
  if (verbose === 'auto') return silent;
  return lines(size, stream ? (line) => stream.write(`${line}\n`) : (line) => console.info(line));
}
