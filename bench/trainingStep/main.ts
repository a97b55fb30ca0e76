import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { VERSION } from '../../plugin/index.ts';
import { CASES, type Case, tensorsOf } from './cases.ts';
import { PEERS, type Peer, type PeerSpec, startPeer } from './peers.ts';
import { report } from './report.ts';
import { type CaseResult, type PeerResult, summary } from './result.ts';

/**
 * Times one training step in every peer, all in one run and in turns, so that a machine that slows down does so for all:
 * `npx tsx bench/trainingStep/main.ts [--peers compiled,jax] [case …]`. Peers that are not installed are reported as absent. Only a run of everything is
 * written down.
 */
const { values: flags, positionals: wanted } = parseArgs({ allowPositionals: true, options: { peers: { type: 'string' } } });
const peers = PEERS.filter(({ id }) => flags.peers === undefined || flags.peers.split(',').includes(id));

const ROUNDS = 7;
/** Per peer and round: seconds, and at most so many steps. */
const SECONDS = 1;
const STEPS = 200;
/** A peer whose losses differ from the others' by more is computing something else. */
const TOLERANCE = 1e-3;

const FOLDER = 'bench/tmp/cases';
const RESULT = 'bench/results/trainingStep.json';

function writeCase(given: Case): string {
  const folder = join(FOLDER, given.id);
  mkdirSync(folder, { recursive: true });
  const tensors = tensorsOf(given);
  const { params, inputs, kind, epsilon, optimizer } = given;
  const names = { params: Object.keys(params), inputs: Object.keys(inputs) };
  const description = { kind, epsilon, optimizer, ...names, tensors: tensors.map(({ name, shape }) => ({ name, shape })) };
  writeFileSync(join(folder, 'case.json'), JSON.stringify(description));
  writeFileSync(join(folder, 'data.bin'), Buffer.concat(tensors.map(({ values }) => Buffer.from(values.buffer))));
  return folder;
}

async function measure(given: Case): Promise<CaseResult> {
  const folder = writeCase(given);
  const results: Record<string, PeerResult> = {};
  const running: { spec: PeerSpec; peer: Peer; ms: number[] }[] = [];
  for (const spec of peers) {
    const absent = spec.absent();
    if (absent !== null) results[spec.id] = { absent };
    else {
      const peer = await startPeer(spec, folder).catch((error: Error) => error);
      if (peer instanceof Error) results[spec.id] = { absent: `does not run: ${peer.message}` };
      else running.push({ spec, peer, ms: [] });
    }
  }
  // The first rounds warm caches and compilers up.
  for (const { peer } of running) await peer.run(20, SECONDS);
  for (let round = 0; round < ROUNDS; round++) {
    for (const { peer, ms } of running) ms.push(...(await peer.run(STEPS, SECONDS)).ms);
  }
  const reference = running[0].peer.ready.loss;
  for (const { spec, peer, ms } of running) {
    const { loss, version, firstStepSeconds } = peer.ready;
    if (!(Math.abs(loss - reference) <= TOLERANCE * Math.max(1, Math.abs(reference))))
      throw new Error(`${given.title}: the first loss of ${spec.title} is ${loss}, that of ${running[0].spec.title} ${reference}`);
    results[spec.id] = { ...summary(ms), firstStepSeconds, version, peakMiB: await peer.end() };
  }
  return { id: given.id, title: given.title, peers: results };
}

const chosen = CASES.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
if (chosen.length === 0) throw new Error(`no such case: ${wanted.join(', ')}; known are ${CASES.map(({ id }) => id).join(', ')}`);
const results: CaseResult[] = [];
for (const given of chosen) {
  const result = await measure(given);
  results.push(result);
  const shown = peers.map(({ id, title }) => {
    const peer = result.peers[id];
    return `${title} ${'absent' in peer ? `absent (${peer.absent})` : `${peer.median.toFixed(2)} ms`}`;
  });
  console.log(`${given.title}: ${shown.join(', ')}`);
}
const document = {
  command: 'npx tsx bench/trainingStep/main.ts',
  machine: { cpu: cpus()[0].model, cores: cpus().length },
  versions: { 'tfjs-mvl': VERSION, node: process.version },
  rounds: ROUNDS,
  peers: peers.map(({ id, title }) => ({ id, title })),
  cases: results,
};
if (wanted.length === 0 && flags.peers === undefined) {
  mkdirSync('bench/results', { recursive: true });
  writeFileSync(RESULT, `${JSON.stringify(document, null, 2)}\n`);
}
console.log(report(document.peers, results));
