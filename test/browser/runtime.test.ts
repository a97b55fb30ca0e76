import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as ort from 'onnxruntime-node';
import type { Browser, Page } from 'playwright-core';
import { loadModel, loadTrainSession } from '../../runtime/index.ts';
import { cap } from '../support/tinyModel.ts';
import type { Device, Harness } from './harness/page.ts';
import { launch } from './support/chromium.ts';
import { ARTEFACTS } from './support/example.ts';
import { MODEL_FILES, pathOf, placeModels } from './support/models.ts';
import { siteOf } from './support/site.ts';

declare global {
  var harness: Harness;
}

/** What users are promised; sines on a GPU are less exact. */
const TOLERANCE = 1e-4;
const GPU_TOLERANCE = 1e-3;

const ROWS = Array.from({ length: 50 }, (_, i) => {
  const [latitude, longitude] = [Math.asin((2 * i + 1) / 50 - 1), 2.4 * i];
  return [Math.cos(latitude) * Math.cos(longitude), Math.cos(latitude) * Math.sin(longitude), Math.sin(latitude)];
});
const IMAGES = Array.from({ length: 5 }, (_, i) => Array.from({ length: 64 }, (_, k) => ((i * 7 + k * 13) % 10) / 10));

/** Small steps: those that a sharp energy makes unstable enlarge the last digits without end. */
const CHAINS = { n: 100, steps: 50, stepSize: 1e-4, seed: 5 };

interface Case {
  readonly title: string;
  readonly isolated: boolean;
  readonly device: Device;
}

const CASES: readonly Case[] = [
  { title: 'wasm, 1 thread', isolated: true, device: { provider: 'wasm', threads: 1 } },
  { title: 'wasm, 2 threads', isolated: true, device: { provider: 'wasm', threads: 2 } },
  { title: 'wasm, page not isolated', isolated: false, device: { provider: 'wasm', threads: 2 } },
  { title: 'WebGPU', isolated: true, device: { provider: 'webgpu' } },
];

let browser: Browser;
let pages: Record<'isolated' | 'plain', Page>;
let step: Uint8Array;
const errors: string[] = [];
/** Largest differences from onnxruntime-node, by what was computed and where. */
const table = new Map<string, string[]>();

async function open(isolated: boolean): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(siteOf('harness', isolated));
  await page.waitForFunction(() => 'harness' in window);
  return page;
}

beforeAll(async () => {
  ({ step } = await placeModels());
  browser = await launch();
  pages = { isolated: await open(true), plain: await open(false) };
});

afterAll(async () => {
  await browser?.close();
  if (table.size === 0) return;
  const text = [
    `| largest difference from onnxruntime-node | ${CASES.map(({ title }) => title).join(' | ')} |`,
    `|---|${CASES.map(() => '---').join('|')}|`,
    ...[...table].map(([name, cells]) => `| ${name} | ${cells.join(' | ')} |`),
  ].join('\n');
  mkdirSync(ARTEFACTS, { recursive: true });
  writeFileSync(`${ARTEFACTS}/agreement.md`, `${text}\n`);
  console.log(text);
});

const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]) / Math.max(1, Math.abs(b[i]))), 0);

describe.each(CASES)('in Chromium, $title', ({ isolated, device }) => {
  const page = (): Page => pages[isolated ? 'isolated' : 'plain'];
  const tolerance = device.provider === 'webgpu' ? GPU_TOLERANCE : TOLERANCE;
  const agrees = (name: string, there: ArrayLike<number>, here: ArrayLike<number>) => {
    expect(there.length).toBe(here.length);
    const most = difference(there, here);
    table.set(name, [...(table.get(name) ?? []), most.toExponential(1)]);
    expect(most).toBeLessThan(tolerance);
  };

  it('runs there, and says how', async () => {
    const found = await page().evaluate(([where, file]) => harness.provider(where, file), [device, MODEL_FILES.bumps] as const);
    expect(found.name).toBe(device.provider);
    if (device.provider === 'wasm') expect(found.threads).toBe(isolated ? device.threads : 1);
  });

  it('has the energies, scores and samples of onnxruntime-node', async () => {
    const model = await loadModel(ort, pathOf('bumps'));
    const there = await page().evaluate(
      async ([where, file, rows, chains]) => ({
        energies: await harness.energies(where, file, rows),
        scores: await harness.scores(where, file, rows),
        samples: await harness.samples(where, file, chains),
      }),
      [device, MODEL_FILES.bumps, ROWS, CHAINS] as const,
    );
    agrees('energies', there.energies, await model.energy(ROWS));
    agrees('scores', there.scores, await model.score(ROWS));
    agrees('100 chains of 50 steps', there.samples, await model.sample(CHAINS));
    await model.dispose();
  });

  it('encodes as onnxruntime-node', async () => {
    const model = await loadModel(ort, pathOf('vae'));
    const there = await page().evaluate(([where, file, rows]) => harness.codes(where, file, rows), [
      device,
      MODEL_FILES.vae,
      IMAGES,
    ] as const);
    agrees('codes', there, await model.encode(IMAGES, { seed: 5 }));
    await model.dispose();
  });

  it('trains as onnxruntime-node', async () => {
    const rows = Array.from(cap(32), (row) => Array.from(row as ArrayLike<number>));
    const question = { file: Array.from(step), rows, steps: 20, provider: device.provider };
    const there = (await page().evaluate(
      ({ file, ...rest }) => harness.train({ ...rest, file: Uint8Array.from(file) }) as Promise<{ losses: number[]; parameters: number[] }>,
      question,
    )) as { losses: number[]; parameters: number[] };
    const session = await loadTrainSession(ort, step, { seed: 1 });
    for (let i = 0; i < 20; i++) await session.step({ x: rows });
    agrees(
      'parameters after 20 training steps',
      there.parameters,
      Object.values(await session.parameters()).flatMap(({ values }) => Array.from(values as Float32Array)),
    );
    await session.dispose();
  });
});

describe('a page stays alive', () => {
  it('while a million points are scored: no task of 50 ms on its thread', async () => {
    const { rows, tasks, seconds } = await pages.isolated.evaluate(
      (file) => harness.million({ provider: 'wasm', threads: 2 }, file),
      MODEL_FILES.bumps,
    );
    console.log(`1,000,000 points scored in ${seconds.toFixed(1)} s; long tasks: ${JSON.stringify(tasks)}`);
    expect(rows).toBe(1_000_000);
    expect(tasks).toEqual([]);
  });

  it('while 10,000 chains take 1,000 steps each, and tell how far they are', async () => {
    const { dims, finite, seen, tasks, seconds } = await pages.isolated.evaluate(
      (file) => harness.chains({ provider: 'wasm', threads: 2 }, file),
      MODEL_FILES.bumps,
    );
    console.log(`10,000 chains of 1,000 steps in ${seconds.toFixed(1)} s, ${seen.length} reports; long tasks: ${JSON.stringify(tasks)}`);
    expect(dims).toEqual([10_000, 3]);
    expect(finite).toBe(true);
    expect(seen.length).toBeGreaterThan(10);
    expect(seen.every((value, i) => value > (seen[i - 1] ?? 0))).toBe(true);
    expect(seen.at(-1)).toBe(1);
    expect(tasks).toEqual([]);
  });

  it('while 10,000 chains run, which can be cancelled', async () => {
    const { message, seen, after } = await pages.isolated.evaluate(
      (file) => harness.cancelled({ provider: 'wasm', threads: 2 }, file, 3),
      MODEL_FILES.bumps,
    );
    expect(message).toBe('cancelled by the test');
    expect(seen).toBeGreaterThanOrEqual(3);
    expect(after).toHaveLength(1);
  });
});

describe('compiled training in the page', () => {
  it('takes five times as many steps a second as tfjs’s wasm backend', async () => {
    const speed = (how: string, threads: number, steps: number) =>
      pages.isolated.evaluate((question) => harness.speed(question), { how, threads, steps });
    // tfjs's backend has one thread in a worker: its own threads do not start there.
    const [compiled, tfjs, parallel] = [await speed('compiled', 1, 400), await speed('tfjs', 1, 20), await speed('compiled', 2, 400)];
    const rounded = [compiled, parallel, tfjs].map((value) => value.toFixed(1));
    console.log(
      `steps/s: compiled ${rounded[0]}, on two threads ${rounded[1]}; tfjs wasm ${rounded[2]}: ${(compiled / tfjs).toFixed(1)} times as many`,
    );
    expect(compiled / tfjs).toBeGreaterThan(5);
  });
});

it('nothing threw on the way', () => {
  expect(errors).toEqual([]);
});
