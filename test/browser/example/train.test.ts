import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as ort from 'onnxruntime-node';
import { fittingFor } from '../../../examples/browser/src/train/fitting.ts';
import type { Task } from '../../../examples/browser/src/train/protocol.ts';
import { unpackRun } from '../../../examples/browser/src/train/runFile.ts';
import { onnxruntimeExecutor } from '../../../exporters/index.ts';
import { loadModel } from '../../../runtime/index.ts';
import { openExample } from '../support/example.ts';
import { siteOf } from '../support/site.ts';

const example = openExample();

const POINTS = 2000;
const STEPS = 1500;

/** Two discs in the plane, of a thousand points each, by a fixed formula. */
const ROWS = Array.from({ length: POINTS }, (_, i) => {
  const [r, a] = [0.5 * Math.sqrt(((i * 7919) % POINTS) / POINTS), i * 2.399963];
  return [(i % 2 === 0 ? -1 : 1) + r * Math.cos(a), r * Math.sin(a)].map((value) => Number(value.toFixed(4)));
});
const CSV = `x,y\n${ROWS.map((row) => row.join(',')).join('\n')}`;

const nll = async () => Number.parseFloat((await example.page.getByTestId('nll').textContent()) as string);
const step = async () => Number.parseInt((await example.page.getByText(/^\d+ of \d+$/).textContent()) as string, 10);
const measured = () => example.page.waitForFunction(() => /nats/.test(document.querySelector('[data-testid=nll]')?.textContent ?? ''));
const says = (words: string | RegExp, timeout = 60_000) => example.page.getByText(words, { exact: true }).first().waitFor({ timeout });

async function downloaded(name: string): Promise<{ readonly path: string; readonly name: string }> {
  const downloading = example.page.waitForEvent('download');
  await example.button(name).click();
  const download = await downloading;
  return { path: await download.path(), name: download.suggestedFilename() };
}

/** The held-out likelihood in nats at the end of the same training in Node. */
async function nllInNode(task: Task): Promise<number> {
  const { model, points, options } = fittingFor(task);
  const { history } = await model.fit(points, { ...options, executor: onnxruntimeExecutor(ort) });
  points.dispose();
  model.dispose();
  return history.val_nll?.findLast(Number.isFinite) as number;
}

describe('training in the page', () => {
  it('refuses what it cannot read, names the line, and loses nothing', async () => {
    const { page, show, button } = example;
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
    await text.fill(CSV);
    await page.getByLabel('Finest detail, % of the spread', { exact: true }).fill('0');
    await button('Train').click();
    await page.getByRole('alert').getByText('Finest detail: expected a number from 1 to 50; got 0.').waitFor();
    await page.getByLabel('Finest detail, % of the spread', { exact: true }).fill('5');
    await page.getByLabel(/CSV file/).setInputFiles({ name: 'points.csv', mimeType: 'text/csv', buffer: Buffer.from(CSV) });
    await page.getByText('2,000 points.').waitFor();
  });

  it('lowers the held-out NLL, to what it is in Node; pauses, and goes on after a reload', async () => {
    const { page, button, shot } = example;
    await page.getByLabel('Steps', { exact: true }).fill(`${STEPS}`);
    await button('Train').click();
    await says('Training.');
    await measured();
    const first = await nll();
    await page.waitForTimeout(5000);
    await button('Pause').click();
    await says(/^Paused/);
    const before = await step();
    await page.reload();
    await says(/^A run is kept/);
    expect(await page.getByLabel(/Or paste points/).inputValue()).toBe(`${CSV}\n`);
    expect(await page.getByLabel('Steps', { exact: true }).inputValue()).toBe(`${STEPS}`);
    await button('Resume').click();
    await says('Training.');
    expect(await step()).toBeGreaterThanOrEqual(before);
    await says('Done.', 120_000);
    await page.waitForTimeout(1000);
    await shot('train');
    const last = await nll();
    expect(last).toBeLessThan(first - 0.1);
    const there = await nllInNode({ space: 'plane', rows: ROWS, settings: { steps: STEPS, detail: 5, seed: 1 } });
    console.log(`held-out NLL after ${STEPS} steps: ${last} in the page, ${there.toFixed(4)} in Node`);
    expect(Math.abs(last - there)).toBeLessThan(0.02);
  });

  it('hands out the model, with the likelihood that the page has shown', async () => {
    const last = await nll();
    const { path, name } = await downloaded('Download ONNX');
    expect(name).toBe('plane.onnx');
    const model = await loadModel(ort, path);
    expect(model.card.manifold).toBe('euclidean:2');
    // Normalised on a grid; all points here, the held-out ones there.
    const side = 200;
    const grid = Array.from({ length: side * side }, (_, i) => [
      -3 + (6 * ((i % side) + 0.5)) / side,
      -2 + (4 * (Math.floor(i / side) + 0.5)) / side,
    ]);
    const logZ = Math.log((await model.energy(grid)).reduce((sum, energy) => sum + Math.exp(-energy), 0) * (6 / side) * (4 / side));
    const mean = (await model.energy(ROWS)).reduce((sum, energy) => sum + energy / POINTS, 0) + logZ;
    await model.dispose();
    expect(Math.abs(mean - last)).toBeLessThan(0.3);
  });

  it('hands out a checkpoint that it opens again, and refuses another file in its place', async () => {
    const { page, button } = example;
    const last = await nll();
    const { path, name } = await downloaded('Download checkpoint');
    expect(name).toBe('plane-run.zip');
    const bytes = readFileSync(path);
    expect(unpackRun(bytes).task).toEqual({ space: 'plane', rows: ROWS, settings: { steps: STEPS, detail: 5, seed: 1 } });
    const open = (buffer: Buffer) => page.getByLabel(/CSV file/).setInputFiles({ name, mimeType: 'application/zip', buffer });
    await open(bytes);
    await page
      .getByRole('alert')
      .getByText(/There is a run here already/)
      .waitFor();
    await button('Discard').click();
    await open(bytes.subarray(0, 1000));
    await page
      .getByRole('alert')
      .getByText(/plane-run.zip was not opened. It is not a whole zip file/)
      .waitFor();
    await open(bytes);
    await says(/^A finished run is kept/);
    expect(await nll()).toBe(last);
    await button('Resume').click();
    await says('Done.');
    expect(await nll()).toBe(last);
  });

  it('trains where the browser keeps nothing, and while another page is shown', async () => {
    const page = await (await example.browser.newContext()).newPage();
    await page.addInitScript(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('blocked', 'SecurityError');
      };
    });
    await page.goto(`${siteOf('example', true)}#train`);
    await page.getByLabel(/Or paste points/).fill(CSV);
    await page.getByLabel('Steps', { exact: true }).fill('60');
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.getByText('Training.', { exact: true }).waitFor({ timeout: 60_000 });
    await page.getByRole('link', { name: 'Digits' }).click();
    await page.getByRole('heading', { name: 'Draw a digit' }).waitFor();
    await page.getByRole('link', { name: 'Train' }).click();
    await page.getByText('Done.', { exact: true }).waitFor({ timeout: 120_000 });
    await page.close();
  });

  it('had no errors on the console', () => expect(example.errors).toEqual([]));
});
