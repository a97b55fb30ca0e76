import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { launch } from './chromium.ts';
import { siteOf } from './site.ts';

/** Where pictures and tables are left. */
export const ARTEFACTS = 'coverage/browser';
export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 900 };

export interface Example {
  readonly browser: Browser;
  readonly page: Page;
  /** What the page threw, and wrote to the console as an error. */
  readonly errors: readonly string[];
  /** Opens one of its pages: globe, train, encoder. */
  show(name: string): Promise<unknown>;
  button(name: string): Locator;
  /** Leaves a picture with the artefacts. */
  shot(name: string): Promise<unknown>;
}

/** The example in a browser of its own, for the tests of one file. */
export function openExample(): Example {
  const errors: string[] = [];
  const opened: { browser?: Browser; page?: Page } = {};
  const page = (): Page => opened.page as Page;
  beforeAll(async () => {
    mkdirSync(ARTEFACTS, { recursive: true });
    opened.browser = await launch();
    const context = await opened.browser.newContext({ viewport: DESKTOP, acceptDownloads: true, reducedMotion: 'reduce' });
    opened.page = await context.newPage();
    page().on('pageerror', ({ message }) => errors.push(message));
    page().on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
  });
  afterAll(() => opened.browser?.close());
  return {
    get browser() {
      return opened.browser as Browser;
    },
    get page() {
      return page();
    },
    errors,
    show: (name) => page().goto(`${siteOf('example', true)}#${name}`),
    button: (name) => page().getByRole('button', { name, exact: true }),
    shot: (name) => page().screenshot({ path: `${ARTEFACTS}/${name}.png`, fullPage: true }),
  };
}
