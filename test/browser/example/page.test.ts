import { brotliCompressSync, constants } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import axe from 'axe-core';
import { DESKTOP, openExample, PHONE } from '../support/example.ts';
import { siteOf } from '../support/site.ts';

const example = openExample();

beforeAll(() =>
  example.page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
        if (!entry.hadRecentInput) shifts.push(entry.value);
    }).observe({ type: 'layout-shift', buffered: true });
  }),
);

const layoutShift = () =>
  example.page.evaluate(() => (window as unknown as { shifts: number[] }).shifts.reduce((sum, value) => sum + value, 0));

/** What axe finds wrong with the page as it stands. */
async function accessibilityFaults(): Promise<string[]> {
  await example.page.evaluate(axe.source);
  const { violations } = await example.page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

describe('the page', () => {
  it.each(['globe', 'train', 'encoder'])('%s has accessible names, no layout jumps, and fits a phone, light and dark', async (name) => {
    const { page, show, shot } = example;
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
    const { page, show } = example;
    await show('globe');
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.reload();
    await page.getByText(/WebAssembly, \d thread/).waitFor();
    await page.waitForFunction(async () => {
      const kept = (await (await caches.open('tfjs-mvl')).keys()).map(({ url }) => url);
      return ['.wasm', '.onnx', '.css'].every((ending) => kept.some((url) => url.endsWith(ending)));
    });
    await page.context().setOffline(true);
    await page.reload();
    await page.getByText(/WebAssembly, \d thread/).waitFor();
    await page.context().setOffline(false);
  });

  it('is at most 3.2 MB, compressed, at the first visit', async () => {
    const page = await (await example.browser.newContext()).newPage();
    const sizes: Promise<readonly [string, number]>[] = [];
    // Workers fetch in requests of their own, which the context sees.
    page.context().on('response', (response) => {
      const size = response.body().then((body) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).length);
      sizes.push(size.then((bytes) => [response.url().split('/').at(-1) as string, bytes] as const));
    });
    await page.goto(siteOf('example', true));
    await page.getByText(/WebAssembly, \d thread/).waitFor();
    await page.waitForTimeout(2000);
    // What the worker for pages without a network fetches for them is counted with them.
    const found = [...new Map(await Promise.all(sizes))];
    await page.close();
    const total = found.reduce((sum, [, bytes]) => sum + bytes, 0);
    console.log(
      `first visit: ${(total / 1e6).toFixed(2)} MB compressed: ${found.map(([name, bytes]) => `${name} ${(bytes / 1000).toFixed(0)} kB`).join(', ')}`,
    );
    expect(found.some(([name]) => name.endsWith('.wasm'))).toBe(true);
    expect(total).toBeLessThan(3_200_000);
  });

  it('runs on one thread where it is served without isolation headers, and says so', async () => {
    const page = await (await example.browser.newContext()).newPage();
    await page.goto(siteOf('example', false));
    await page.getByText('WebAssembly, 1 thread (the page is not cross-origin isolated)').waitFor();
    await page.close();
  });

  it('had no errors on the console', () => expect(example.errors).toEqual([]));
});
