import type { CaseResult, PeerResult } from './result.ts';

const cell = (peer: PeerResult, own: number): string =>
  'absent' in peer ? 'absent' : `${peer.median.toPrecision(3)} (${(peer.median / own).toPrecision(2)}×)`;

/** Rows of Markdown: medians in milliseconds, and beside each how many times as long as the compiled step it takes. */
export function report(peers: readonly { readonly id: string; readonly title: string }[], cases: readonly CaseResult[]): string {
  const rows = cases.map(({ title, peers: results }) => {
    const own = results.compiled;
    const median = 'absent' in own ? Number.NaN : own.median;
    return [title, ...peers.map(({ id }) => (id === 'compiled' ? median.toPrecision(3) : cell(results[id], median)))];
  });
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(['step', ...peers.map(({ title }) => title)]), line(['---', ...peers.map(() => '---:')]), ...rows.map(line)].join('\n');
}
