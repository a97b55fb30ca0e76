import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: {
    index: 'plugin/index.ts',
    models: 'models/index.ts',
    exporters: 'exporters/index.ts',
    runtime: 'runtime/index.ts',
    cli: 'cli/index.ts',
  },
  format: ['esm', 'cjs'],
  platform: 'neutral',
  target: 'es2022',
  dts: true,
  clean: true,
});
