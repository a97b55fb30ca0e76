import { describe, expect, it } from '@jest/globals';
import { openExample } from '../support/example.ts';

const example = openExample();

describe('digits', () => {
  it('are drawn, encoded and judged', async () => {
    const { page, show, shot } = example;
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

  it('had no errors on the console', () => expect(example.errors).toEqual([]));
});
