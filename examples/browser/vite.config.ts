import { defineConfig } from 'vite';

/** A page that is served with these is isolated, and wasm may use several threads in it. It works without them, on one thread. */
export const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  resolve: { tsconfigPaths: true },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  build: { target: 'esnext', outDir: 'output', emptyOutDir: true, chunkSizeWarningLimit: 3000 },
  server: { headers: ISOLATION },
  preview: { headers: ISOLATION },
});
