import { defineConfig, type UserConfig } from 'tsdown';

const library = { index: 'plugin/index.ts', models: 'models/index.ts', exporters: 'exporters/index.ts', runtime: 'runtime/index.ts' };

const shared = {
  platform: 'neutral',
  target: 'es2022',
  dts: true,
  hash: false,
  // onnx-buf is ESM only and small: the one dependency that travels inside the bundle. See NOTICE.
  deps: { onlyBundle: ['onnx-buf'], neverBundle: [/^node:/] },
  inputOptions: { resolve: { mainFields: ['module', 'main'] } },
  checks: { pluginTimings: false },
} satisfies UserConfig;

export default defineConfig([
  { ...shared, entry: { ...library, cli: 'cli/index.ts' }, format: 'esm' },
  { ...shared, entry: library, format: 'cjs' },
]);
