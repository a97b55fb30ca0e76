import base from '../../jest.config.js';

const { transform, extensionsToTreatAsEsm, moduleNameMapper } = base();

/** Tests in a real Chromium: `npm run test:browser`. One file at a time, since each wants the whole machine. */
export default {
  rootDir: '../..',
  testEnvironment: './test/support/environment.js',
  testMatch: ['<rootDir>/test/browser/**/*.test.ts'],
  extensionsToTreatAsEsm,
  transform,
  moduleNameMapper,
  setupFiles: ['./test/support/setup.ts'],
  globalSetup: './test/browser/support/start.ts',
  globalTeardown: './test/browser/support/stop.ts',
  maxWorkers: 1,
  testTimeout: 240_000,
};
