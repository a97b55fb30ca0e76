import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

export interface PeerSpec {
  readonly id: string;
  readonly title: string;
  readonly command: readonly [string, ...string[]];
  /** Why it cannot run here; null: it can. */
  readonly absent: () => string | null;
}

const javascript = (kind: string, ...preload: string[]): readonly [string, ...string[]] => [
  process.execPath,
  '--import',
  'tsx',
  ...preload,
  'bench/trainingStep/peer.ts',
  kind,
];
const here = (): null => null;
const needs = (file: string, what: string) => () => (existsSync(file) ? null : `not installed; bash bench/peers/setup.sh ${what}`);
const JAX = 'bench/.venv/bin/python';
const TORCH = '/usr/lib/python3/dist-packages/torch';

export const PEERS: readonly PeerSpec[] = [
  { id: 'compiled', title: 'compiled step', command: javascript('compiled'), absent: here },
  { id: 'tfjsCpu', title: 'tfjs cpu', command: javascript('cpu'), absent: here },
  { id: 'tfjsWasm', title: 'tfjs wasm', command: javascript('wasm'), absent: here },
  {
    id: 'tfjsNode',
    title: 'tfjs-node',
    command: javascript('tensorflow', '--import', './bench/trainingStep/tfjsNode.mjs'),
    absent: needs('bench/.tfjs-node/node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node', 'tfjs-node'),
  },
  { id: 'jax', title: 'JAX jit', command: [JAX, 'bench/peers/jax_peer.py'], absent: needs(JAX, 'python') },
  { id: 'torch', title: 'PyTorch eager', command: ['/usr/bin/python3', 'bench/peers/torch_peer.py'], absent: needs(TORCH, 'python') },
];

export interface Ready {
  readonly firstStepSeconds: number;
  readonly version: string;
  readonly loss: number;
}

export interface Taken {
  readonly ms: readonly number[];
  readonly rssMiB?: number;
}

/** A peer at work on a case. */
export interface Peer {
  readonly ready: Ready;
  run(steps: number, seconds?: number): Promise<Taken>;
  /** Its largest memory, in MiB. */
  end(): Promise<number>;
}

/** @throws where the process ends or says something else than it should */
export async function startPeer({ command, title }: PeerSpec, folder: string): Promise<Peer> {
  const [program, ...args] = command;
  const child: ChildProcess = spawn(program, [...args, folder], { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr?.on('data', (text) => {
    complaint = `${complaint}${text}`.slice(-2000);
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  const answer = async <T>(): Promise<T> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${title} ended: ${complaint}`);
      if (value.startsWith('{')) return JSON.parse(value) as T;
    }
  };
  // Between its turns a peer stands still: threads that go on spinning for a while would slow the next one down.
  const ask = <T>(line: object): Promise<T> => {
    child.kill('SIGCONT');
    child.stdin?.write(`${JSON.stringify(line)}\n`);
    return answer<T>();
  };
  const ready = await answer<Ready>();
  child.kill('SIGSTOP');
  return {
    ready,
    run: async (run, seconds) => {
      const taken = await ask<Taken>({ run, ...(seconds !== undefined && { seconds }) });
      child.kill('SIGSTOP');
      return taken;
    },
    end: async () => (await ask<{ peakMiB: number }>({ end: true })).peakMiB,
  };
}
