/** Milliseconds of work after which the event loop gets a turn. */
const TURN = 30;

/** What happens between steps, of which there will be `total`: a report, the end where there was an abort, now and then a turn for the event loop. */
export function pacer(
  total: number,
  onProgress: ((step: number, steps: number) => unknown) | undefined,
  signal: AbortSignal | undefined,
): () => Promise<void> {
  let [done, turn] = [0, Date.now()];
  return async () => {
    onProgress?.(++done, total);
    signal?.throwIfAborted();
    if (Date.now() - turn < TURN) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    turn = Date.now();
  };
}
