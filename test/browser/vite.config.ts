import { defineConfig } from 'vite';

export default defineConfig({
  root: `${import.meta.dirname}/harness`,
  base: './',
  resolve: { tsconfigPaths: true },
  worker: { format: 'es' },
  // tfjs's wasm backend makes workers of its own functions' text, which minifying would break.
  build: { target: 'esnext', outDir: `${import.meta.dirname}/output`, emptyOutDir: true, minify: false, chunkSizeWarningLimit: 10_000 },
});
