import { mkdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import axe from 'axe-core';
import * as ort from 'onnxruntime-node';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { loadModel } from '../../runtime/index.ts';
import { launch } from './support/chromium.ts';
import { siteOf } from './support/site.ts';

const ARTEFACTS = 'coverage/browser';
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };

let browser: Browser;
let context: BrowserContext;
let page: Page;
const errors: string[] = [];

const site = siteOf('example', true);
const show = (name: string) => page.goto(`${site}#${name}`);
const shot = (name: string) => page.screenshot({ path: `${ARTEFACTS}/${name}.png`, fullPage: true });
const POINTS = 2000;
const button = (name: string) => page.getByRole('button', { name, exact: true });

/** Two discs in the plane, of a thousand points each, by a fixed formula. */
const CSV = `x,y\n${Array.from({ length: POINTS }, (_, i) => {
  const [r, a] = [0.5 * Math.sqrt(((i * 7919) % POINTS) / POINTS), i * 2.399963];
  return [(i % 2 === 0 ? -1 : 1) + r * Math.cos(a), r * Math.sin(a)].map((value) => value.toFixed(4)).join(',');
}).join('\n')}`;

beforeAll(async () => {
  mkdirSync(ARTEFACTS, { recursive: true });
  browser = await launch();
  context = await browser.newContext({ viewport: DESKTOP, acceptDownloads: true, reducedMotion: 'reduce' });
  page = await context.newPage();
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
        if (!entry.hadRecentInput) shifts.push(entry.value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
});

afterAll(() => browser?.close());

const layoutShift = () => page.evaluate(() => (window as unknown as { shifts: number[] }).shifts.reduce((sum, value) => sum + value, 0));

/** What axe finds wrong with the page as it stands. */
async function accessibilityFaults(): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

describe('the earthquakes', () => {
  it('are on the globe, and a point there has the density that the model has in Node', async () => {
    await show('globe');
    await page.getByText(/WebAssembly, \d thread/).waitFor();
    // The fine map is there once measuring is offered and the coarse one was replaced.
    await page.waitForTimeout(4000);
    await page.getByRole('application').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const score = page.locator('dd', { hasText: 'nats per radian' });
    await score.waitFor();
    const model = await loadModel(ort, 'examples/browser/public/models/earthquakes.onnx');
    const [longitude, latitude] = [155, 15].map((degrees) => (degrees * Math.PI) / 180);
    const point = [Math.cos(latitude) * Math.cos(longitude), Math.cos(latitude) * Math.sin(longitude), Math.sin(latitude)];
    const norm = Math.hypot(...(await model.score([point])));
    await model.dispose();
    expect(await page.locator('dd').first().textContent()).toBe('15.0° N, 155.0° E');
    expect(Number.parseFloat((await score.textContent()) as string)).toBeCloseTo(Number(norm.toPrecision(3)), 5);
    await page.getByLabel('Score field').check();
    await page.waitForTimeout(1000);
    await shot('globe');
  });

  it('are dragged and clicked', async () => {
    const globe = (await page.getByRole('application').boundingBox()) as { x: number; y: number; width: number; height: number };
    const middle = { x: globe.x + globe.width / 2, y: globe.y + globe.height / 2 };
    await page.mouse.move(middle.x, middle.y);
    await page.mouse.down();
    await page.mouse.move(middle.x - 100, middle.y, { steps: 4 });
    await page.mouse.up();
    await page.mouse.click(middle.x, middle.y);
    // A hundred pixels to the left are as many to the east.
    const turned = 155 + (100 / (globe.width / 2)) * (180 / Math.PI);
    const east = ((turned + 180) % 360) - 180;
    await page.getByText(`15.0° N, ${Math.abs(east).toFixed(1)}° ${east < 0 ? 'W' : 'E'}`).waitFor();
  });

  it('are sampled with progress, and cancelled', async () => {
    await button('Sample 10,000 chains').click();
    await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 0);
    await button('Cancel').click();
    await page.getByText('Sampling: cancelled.').waitFor();
  });

  it('say why where WebGPU was asked for and does not run, or run on it', async () => {
    await page.getByLabel('Run on').selectOption('webgpu');
    await page
      .getByRole('status')
      .filter({ hasText: /^WebGPU|^WebAssembly.*webgpu/ })
      .waitFor({ timeout: 60_000 });
  });
});

describe('training in the page', () => {
  const nll = async () => Number.parseFloat((await page.getByTestId('nll').textContent()) as string);
  const started = async () => {
    await page.getByText('Training.', { exact: true }).waitFor({ timeout: 60_000 });
    await page.waitForFunction(() => /nats/.test(document.querySelector('[data-testid=nll]')?.textContent ?? ''));
  };

  it('refuses what it cannot read, names the line, and loses nothing', async () => {
    await show('train');
    const text = page.getByLabel(/Or paste points/);
    await text.fill('x,y\n1,2\n3,4');
    await button('Train').click();
    await page.getByRole('alert').getByText('Expected at least 30 points to learn a density from; got 2.').waitFor();
    const broken = CSV.replace(/\n[^\n]*$/, '\n1.5,abc');
    await text.fill(broken);
    await button('Train').click();
    await page
      .getByRole('alert')
      .getByText(`Line ${POINTS + 1}: y is "abc", expected a number.`)
      .waitFor();
    expect(await text.inputValue()).toBe(broken);
    await page.getByLabel(/CSV file/).setInputFiles({ name: 'points.csv', mimeType: 'text/csv', buffer: Buffer.from(CSV) });
    await page.getByText('2,000 points.').waitFor();
  });

  it('lowers the held-out NLL; pauses; goes on after a reload; and takes the model home', async () => {
    await page.getByLabel('Steps', { exact: true }).fill('1500');
    await button('Train').click();
    await started();
    const first = await nll();
    await page.waitForTimeout(5000);
    await button('Pause').click();
    await page.getByText(/^Paused/).waitFor();
    const before = await page.getByText(/ of \d+$/).textContent();
    await page.reload();
    await page.getByText(/^A run of an earlier visit/).waitFor();
    expect(await page.getByText(/ of \d+$/).textContent()).toMatch(/^\d+ of \d+$/);
    await button('Resume').click();
    await page.getByText('Training.', { exact: true }).waitFor({ timeout: 60_000 });
    expect(Number.parseInt((await page.getByText(/ of \d+$/).textContent()) as string, 10)).toBeGreaterThanOrEqual(
      Number.parseInt(before as string, 10),
    );
    await page.getByText('Done.', { exact: true }).waitFor({ timeout: 120_000 });
    await page.waitForTimeout(1000);
    await shot('train');
    const last = await nll();
    expect(last).toBeLessThan(first - 0.1);

    const downloading = page.waitForEvent('download');
    await button('Download ONNX').click();
    const path = await (await downloading).path();
    const model = await loadModel(ort, path);
    expect(model.card.manifold).toBe('euclidean:2');
    // The density of the file, normalised on a grid, has the likelihood that the page has measured on its own held-out points, but for chance.
    const side = 200;
    const grid = Array.from({ length: side * side }, (_, i) => [
      -3 + (6 * ((i % side) + 0.5)) / side,
      -2 + (4 * (Math.floor(i / side) + 0.5)) / side,
    ]);
    const logZ = Math.log((await model.energy(grid)).reduce((sum, energy) => sum + Math.exp(-energy), 0) * (6 / side) * (4 / side));
    const rows = CSV.split('\n')
      .slice(1)
      .map((line) => line.split(',').map(Number));
    const mean = (await model.energy(rows)).reduce((sum, energy) => sum + energy / rows.length, 0) + logZ;
    await model.dispose();
    expect(Math.abs(mean - last)).toBeLessThan(0.3);

    const saving = page.waitForEvent('download');
    await button('Download checkpoint').click();
    expect(readFileSync(await (await saving).path()).length).toBeGreaterThan(10_000);
  });
});

describe('digits', () => {
  it('are drawn, encoded and judged', async () => {
    await show('encoder');
    await page.getByText(/WebAssembly, \d thread/).waitFor();
    const sheet = (await page.getByLabel(/Sheet to write/).boundingBox()) as { x: number; y: number; width: number; height: number };
    await page.mouse.move(sheet.x + sheet.width / 2, sheet.y + sheet.height * 0.2);
    await page.mouse.down();
    await page.mouse.move(sheet.x + sheet.width / 2, sheet.y + sheet.height * 0.8, { steps: 10 });
    await page.mouse.up();
    await page.getByText(/nats to reconstruct/).waitFor();
    const one = Number.parseFloat((await page.getByText(/nats to reconstruct/).textContent()) as string);
    await shot('digit');
    // Scribbles all over are no digit.
    await page.mouse.down();
    for (let i = 0; i < 30; i++)
      await page.mouse.move(
        sheet.x + sheet.width * (0.1 + 0.8 * ((i * 0.37) % 1)),
        sheet.y + sheet.height * (0.1 + 0.8 * ((i * 0.61) % 1)),
      );
    await page.mouse.up();
    await page.getByText(/An anomaly/).waitFor();
    expect(Number.parseFloat((await page.getByText(/nats to reconstruct/).textContent()) as string)).toBeGreaterThan(one);
    await page.getByRole('button', { name: 'Use a test digit 7' }).click();
    await page.getByText(/As usual|Within the usual|Simpler/).waitFor();
  });
});

describe('the page', () => {
  it.each(['globe', 'train', 'encoder'])('%s has accessible names, no layout jumps, and fits a phone, light and dark', async (name) => {
    await page.setViewportSize(PHONE);
    await show('globe');
    await show(name);
    await page.reload();
    await page.waitForTimeout(4000);
    expect(await layoutShift()).toBeLessThan(0.1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await accessibilityFaults()).toEqual([]);
      await shot(`${name}-phone-${colorScheme}`);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(DESKTOP);
  });

  it('opens without a network once it was seen', async () => {
    await show('globe');
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.reload();
    await page.getByText(/WebAssembly, \d thread/).waitFor();
    await page.waitForFunction(async () => {
      const kept = (await (await caches.open('tfjs-mvl')).keys()).map(({ url }) => url);
      return ['.wasm', '.onnx', '.css'].every((ending) => kept.some((url) => url.endsWith(ending)));
    });
    await context.setOffline(true);
    await page.reload();
    await page.getByText(/WebAssembly, \d thread/).waitFor();
    await context.setOffline(false);
  });

  it('is at most 3.2 MB, compressed, at the first visit', async () => {
    const other = await (await browser.newContext()).newPage();
    const sizes: Promise<readonly [string, number]>[] = [];
    // Workers fetch in requests of their own, which the context sees.
    other.context().on('response', (response) => {
      const size = response.body().then((body) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).length);
      sizes.push(size.then((bytes) => [response.url().split('/').at(-1) as string, bytes] as const));
    });
    await other.goto(site);
    await other.getByText(/WebAssembly, \d thread/).waitFor();
    await other.waitForTimeout(2000);
    // What the worker for pages without a network fetches for them is counted with them.
    const found = [...new Map(await Promise.all(sizes))];
    await other.close();
    const total = found.reduce((sum, [, bytes]) => sum + bytes, 0);
    console.log(
      `first visit: ${(total / 1e6).toFixed(2)} MB compressed: ${found.map(([name, bytes]) => `${name} ${(bytes / 1000).toFixed(0)} kB`).join(', ')}`,
    );
    expect(found.some(([name]) => name.endsWith('.wasm'))).toBe(true);
    expect(total).toBeLessThan(3_200_000);
  });

  it('runs on one thread where it is served without isolation headers, and says so', async () => {
    const other = await (await browser.newContext()).newPage();
    await other.goto(siteOf('example', false));
    await other.getByText('WebAssembly, 1 thread (the page is not cross-origin isolated)').waitFor();
    await other.close();
  });

  it('had no errors on the console', () => {
    expect(errors).toEqual([]);
  });
});
