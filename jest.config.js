import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { transformFileSync } from '@swc/core';

const swc = { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } };

/** V8 counts the lines of a file that holds only types as never run; such files are left out of coverage. */
function sourcesWithCode() {
  const folders = ['plugin', 'models', 'metrics', 'random', 'exporters', 'runtime', 'cli'];
  const files = folders.flatMap((folder) => readdirSync(folder, { recursive: true }).map((file) => join(folder, file)));
  return files.filter(
    (file) => file.endsWith('.ts') && transformFileSync(file, { ...swc, swcrc: false, minify: true }).code !== 'export{};',
  );
}

/** @type {() => import('jest').Config} */
export default () => ({
  testEnvironment: './test/support/environment.js',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Those have a Chromium and a configuration of their own.
  testPathIgnorePatterns: ['<rootDir>/test/browser/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, sourceMaps: 'inline' }] },
  maxWorkers: '100%',
  // Examples name the package; under test it is its source.
  moduleNameMapper: { '^tfjs-mvl$': '<rootDir>/plugin/index.ts', '^tfjs-mvl/(.*)$': '<rootDir>/$1/index.ts' },
  setupFiles: ['./test/support/setup.ts'],
  coverageProvider: 'v8',
  collectCoverageFrom: sourcesWithCode(),
  coverageReporters: ['text-summary', 'text', 'json-summary'],
  coverageThreshold: { global: { lines: 90, branches: 90 } },
  testTimeout: 120_000,
});
