/** @type {import('jest').Config} */
export default {
  testEnvironment: './test/support/environment.js',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, sourceMaps: 'inline', module: { type: 'es6' } },
    ],
  },
  setupFiles: ['./test/support/setup.ts'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['{plugin,models,metrics,random,exporters,runtime,cli}/**/*.ts'],
  coverageReporters: ['text-summary', 'text', 'json-summary'],
  coverageThreshold: { global: { lines: 90, branches: 90 } },
  testTimeout: 120_000,
};
