import type { Io } from './io.ts';

/** Shows on a terminal how far a loop is, elsewhere nothing. */
export async function progressBar(io: Io, label: string): Promise<{ update(done: number, total: number): void; stop(): void }> {
  if (!io.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const { default: progress } = await import('cli-progress');
  const bar = new progress.SingleBar({
    format: `${label} {bar} {value}/{total} | {eta_formatted} left`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 20,
    gracefulExit: false,
    stream: io.stderr as NodeJS.WriteStream,
  });
  bar.start(1, 0);
  return {
    update: (done, total) => {
      bar.setTotal(total);
      bar.update(done);
    },
    stop: () => bar.stop(),
  };
}
