import { defineConfig, type UserConfig } from 'tsdown';

const library = { index: 'plugin/index.ts', models: 'models/index.ts', exporters: 'exporters/index.ts' };

const shared = {
  platform: 'neutral',
  target: 'es2022',
  dts: true,
  // onnx-buf is ESM only and small: the one dependency that travels inside the bundle. See NOTICE.
  deps: { onlyBundle: ['onnx-buf'], neverBundle: [/^node:/] },
  inputOptions: { resolve: { mainFields: ['module', 'main'] } },
  // What entries share lies apart, so that no name of a chunk can be that of an entry.
  outputOptions: (options, format) => ({ ...options, chunkFileNames: `chunks/[name]-[hash].${format === 'cjs' ? 'cjs' : 'js'}` }),
  checks: { pluginTimings: false },
} satisfies UserConfig;

export default defineConfig([
  { ...shared, entry: { ...library, cli: 'cli/index.ts' }, format: 'esm' },
  { ...shared, entry: library, format: 'cjs' },
  // A build of its own: a chunk shared with the others, or rolldown's helpers in one, could bring tfjs along.
  { ...shared, entry: { runtime: 'runtime/index.ts' }, format: ['esm', 'cjs'] },
]);
