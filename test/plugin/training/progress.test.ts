import { PassThrough } from 'node:stream';
import { describe, expect, it, jest } from '@jest/globals';
import { duration, progressOf } from '../../../plugin/training/progress.ts';

/** A stream that says that it is a terminal, and what was written to it. */
function terminal(isTTY: boolean) {
  let text = '';
  const stream = Object.assign(new PassThrough(), {
    isTTY,
    columns: 200,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  });
  stream.on('data', (chunk) => {
    text += chunk;
  });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
}

const size = { epochs: 3, steps: 30, from: 10 };

describe('progress', () => {
  it('is a bar on a terminal, with losses, pace and time left', async () => {
    const { stream, text } = terminal(true);
    const progress = await progressOf('auto', size, stream);
    progress.epochEnd(0, { loss: 2, val_nll: 0.5 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    progress.step(20, 1, -1.25);
    progress.step(25, 1, null);
    progress.stop();
    expect(text()).toContain('epoch 1/3');
    expect(text()).toMatch(/epoch 2\/3 .*█.* 25\/30 \| loss -1\.2500 \| val_nll 0\.5000 \| \d+ steps\/s \| 0:0\d left/);
  });

  it('shows slow paces with two digits', async () => {
    const { stream, text } = terminal(true);
    const progress = await progressOf(1, size, stream);
    jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 5000);
    progress.step(13, 0, 1e-9);
    progress.stop();
    jest.restoreAllMocks();
    expect(text()).toMatch(/loss 1\.000e-9 \| 0\.60 steps\/s \| 0:28 left/);
  });

  it('is a line per epoch elsewhere, if asked for', async () => {
    const { stream, text } = terminal(false);
    const progress = await progressOf(1, size, stream);
    progress.step(20, 1, -1);
    progress.epochEnd(1, { loss: -1, val_loss: 123456 });
    progress.stop();
    expect(text()).toMatch(/^epoch 2\/3 \| loss -1\.0000 \| val_loss 1\.235e\+5 \| \S+ steps\/s \| 0:0\d left\n$/);
  });

  it('goes to the console where there are no streams', async () => {
    const info = jest.spyOn(console, 'info').mockImplementation(() => {});
    (await progressOf(1, size, null)).epochEnd(0, { loss: 1 });
    expect(info).toHaveBeenCalledWith(expect.stringContaining('epoch 1/3 | loss 1.0000'));
    info.mockRestore();
  });

  it.each([
    ['auto', false],
    [0, true],
  ] as const)('is silent for verbose %s, terminal %s', async (verbose, isTTY) => {
    const { stream, text } = terminal(isTTY);
    const progress = await progressOf(verbose, size, stream);
    progress.step(11, 0, 1);
    progress.epochEnd(0, { loss: 1 });
    progress.stop();
    expect(text()).toBe('');
  });

  it('writes durations as people do', () => {
    expect([-1, 5.4, 65, 3599.6, 36_000].map(duration)).toEqual(['0:00', '0:05', '1:05', '1:00:00', '10:00:00']);
  });
});
