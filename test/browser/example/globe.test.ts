import { describe, expect, it } from '@jest/globals';
import * as ort from 'onnxruntime-node';
import { loadModel } from '../../../runtime/index.ts';
import { openExample } from '../support/example.ts';

const example = openExample();

describe('the earthquakes', () => {
  it('are on the globe, and a point there has the density that the model has in Node', async () => {
    const { page, show, shot } = example;
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
    const { page } = example;
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

  const begin = async (job: string) => {
    await example.button(job).click();
    await example.page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 0);
  };

  it.each([
    ['Sample 10,000 chains', 'Sampling'],
    ['Score 1,000,000 points', 'Scoring'],
  ])('work with progress, and are cancelled: %s', async (job, what) => {
    await begin(job);
    await example.button('Cancel').click();
    await example.page.getByText(`${what}: cancelled.`).waitFor();
  });

  it('cancel their work when they move to another device', async () => {
    const { page } = example;
    await begin('Sample 10,000 chains');
    await page.getByLabel('Run on').selectOption('webgpu');
    await page.getByText('Sampling: cancelled.').waitFor();
    await page.getByLabel('Run on').selectOption('wasm');
    await page
      .getByRole('status')
      .filter({ hasText: /^WebAssembly/ })
      .waitFor({ timeout: 60_000 });
  });

  it('say why where WebGPU was asked for and does not run, or run on it', async () => {
    const { page } = example;
    await page.getByLabel('Run on').selectOption('webgpu');
    await page
      .getByRole('status')
      .filter({ hasText: /^WebGPU|^WebAssembly.*webgpu/ })
      .waitFor({ timeout: 60_000 });
  });

  it('had no errors on the console', () => expect(example.errors).toEqual([]));
});
