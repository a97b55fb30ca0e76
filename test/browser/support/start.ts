import type { AddressInfo } from 'node:net';
import { build, type PreviewServer, preview } from 'vite';
import { addressOf, type PageName } from './site.ts';

const CONFIGS: Readonly<Record<PageName, string>> = { harness: 'test/browser/vite.config.ts', example: 'examples/browser/vite.config.ts' };

const headersFor = (isolated: boolean) => ({
  'Cross-Origin-Opener-Policy': isolated ? 'same-origin' : 'unsafe-none',
  'Cross-Origin-Embedder-Policy': isolated ? 'require-corp' : 'unsafe-none',
});

const servers: PreviewServer[] = [];

/** Builds what the tests open, and serves it statically, with the headers that isolate a page and without. */
export default async function start(): Promise<void> {
  // Jest says `test`, and Vite would build for development.
  process.env.NODE_ENV = 'production';
  for (const [page, configFile] of Object.entries(CONFIGS) as [PageName, string][]) {
    await build({ configFile, logLevel: 'warn' });
    for (const isolated of [true, false]) {
      const server = await preview({
        configFile,
        logLevel: 'silent',
        preview: { port: 0, host: '127.0.0.1', headers: headersFor(isolated) },
      });
      servers.push(server);
      process.env[addressOf(page, isolated)] = `http://127.0.0.1:${(server.httpServer.address() as AddressInfo).port}/`;
    }
  }
  // Jest hands this module's world over to stop.ts in no other way.
  Object.assign(globalThis, { tfjsMvlServers: servers });
}
