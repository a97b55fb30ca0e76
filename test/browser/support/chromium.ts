import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** WebGPU without a GPU, by SwiftShader; and nothing that asks the network for something. */
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
];

/** @throws Error where there is no Chromium, with what to do */
export function launch(): Promise<Browser> {
  const executablePath = [process.env.CHROMIUM, ...PLACES].find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined)
    throw new Error(`There is no Chromium at ${PLACES.join(', ')}. Install it (apt-get install chromium), or name yours in CHROMIUM.`);
  return chromium.launch({ executablePath, args: FLAGS });
}
