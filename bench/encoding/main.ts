/**
 * Images encoded in a second by an implicit VAE with codes on S⁸ (784–256–256): `npx tsx bench/encoding/main.ts`. onnxruntime-node and onnxruntime-web by the exported
 * file, tfjs-node (after `bash bench/peers/setup.sh tfjs-node`), tfjs wasm and cpu by the model. Peers take turns; the fastest of their calls counts.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs';
import { exportLatentModel } from '../../exporters/index.ts';
import { implicitVae, mnist } from '../../models/index.ts';
import { sphere } from '../../plugin/index.ts';
import { VERSIONS } from '../versions.ts';

const ROWS = 10_000;
const ROUNDS = 7;
const TFJS_NODE = 'bench/.tfjs-node/node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node';
const PEERS: readonly { readonly name: string; readonly kind: string; readonly preload?: string; readonly rows?: number }[] = [
  { name: 'onnxruntime-node', kind: 'onnxruntime-node' },
  { name: 'onnxruntime-web, wasm', kind: 'onnxruntime-web' },
  ...(existsSync(TFJS_NODE) ? [{ name: 'tfjs-node', kind: 'tensorflow', preload: './bench/trainingStep/tfjsNode.mjs' }] : []),
  { name: 'tfjs wasm', kind: 'wasm' },
  { name: 'tfjs cpu', kind: 'cpu' },
];

const folder = 'bench/tmp/encoding';
mkdirSync(folder, { recursive: true });
await tf.setBackend('cpu');
const { test } = await mnist();
const images = test.images.subarray(0, ROWS * 784);
writeFileSync(`${folder}/images.bin`, new Uint8Array(images.buffer, images.byteOffset, images.byteLength));
const model = implicitVae({ latent: sphere(8), columns: 784, seed: 1 });
await model.save(`${folder}/model`);
writeFileSync(`${folder}/model.onnx`, (await exportLatentModel(model)).bytes);

const peers = PEERS.map(({ name, kind, preload }) => {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', ...(preload ? ['--import', preload] : []), 'bench/encoding/peer.ts', kind, folder],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (): Promise<{ ms: number; codes?: number[] }> => {
    child.stdin.write('\n');
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${name} ended`);
      // tfjs greets on the same stream.
      if (value.startsWith('{')) return JSON.parse(value);
    }
  };
  return { name, ask, end: () => child.stdin.end(), ms: [] as number[], codes: [] as number[] };
});
for (const peer of peers) peer.codes = (await peer.ask()).codes ?? [];
for (let round = 0; round < ROUNDS; round++) for (const peer of peers) peer.ms.push((await peer.ask()).ms);
for (const peer of peers) peer.end();

const [{ codes }] = peers;
const results = peers.map(({ name, ms, codes: own }) => ({
  name,
  imagesPerSecond: Math.round((1000 * ROWS) / Math.min(...ms)),
  largestDifference: Math.max(...own.map((value, i) => Math.abs(value - codes[i]))),
}));
console.table(results);
mkdirSync('bench/results', { recursive: true });
writeFileSync(
  'bench/results/encoding.json',
  `${JSON.stringify({ command: 'npx tsx bench/encoding/main.ts', rows: ROWS, rounds: ROUNDS, versions: VERSIONS, results }, null, 2)}\n`,
);
