import { loadTrainSession } from 'tfjs-mvl/runtime';
import { reply } from './ask.ts';

/** Trains by the step of a file; what it reports, and the state it ends with. */
reply(async ({ file, rows, steps, provider }: { file: Uint8Array; rows: number[][]; steps: number; provider: 'wasm' | 'webgpu' }) => {
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  const session = await loadTrainSession(ort, file, { executionProviders: provider, seed: 1, onFallback: () => undefined });
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) losses.push((await session.step({ x: rows })).loss);
  const parameters = Object.values(await session.parameters()).flatMap(({ values }) => Array.from(values));
  const { executionProvider } = session;
  await session.dispose();
  return { losses, parameters, executionProvider };
});
