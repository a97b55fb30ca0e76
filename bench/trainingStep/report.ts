import { markdownTable } from '../pageTables.ts';
import type { CaseResult, PeerResult } from './result.ts';

type Peers = readonly { readonly id: string; readonly title: string }[];
type Measured = Exclude<PeerResult, { readonly absent: string }>;

/** A table of Markdown with a row for each case and a column for each peer. */
function table(peers: Peers, cases: readonly CaseResult[], cell: (peer: Measured, own: Measured) => string): string {
  const rows = cases.map(({ title, peers: results }) => {
    const own = results.compiled as Measured;
    return [title, ...peers.map(({ id }) => ('absent' in results[id] ? 'absent' : cell(results[id], own)))];
  });
  return markdownTable(['step', ...peers.map(({ title }) => title)], rows, 'right');
}

const short = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** Medians in milliseconds, and behind each how many times as long as the compiled step it takes. */
export const report = (peers: Peers, cases: readonly CaseResult[]): string =>
  table(peers, cases, (peer, own) =>
    peer === own
      ? `**${short(peer.median)}**`
      : `${short(peer.median)} (${(peer.median / own.median).toPrecision(peer.median < 10 * own.median ? 2 : 3)}×)`,
  );

/** Seconds until the first step was done. */
export const startReport = (peers: Peers, cases: readonly CaseResult[]): string =>
  table(peers, cases, (peer) => peer.firstStepSeconds.toFixed(2));

/** Largest resident memory of each process, in MiB. */
export const memoryReport = (peers: Peers, cases: readonly CaseResult[]): string => table(peers, cases, (peer) => peer.peakMiB.toFixed(0));
