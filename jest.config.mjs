// Run it through `npm test`: native ES modules in jest need node's --experimental-vm-modules.
/** @type {import('jest').Config} */
const config = {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],

  extensionsToTreatAsEsm: ['.ts'],
  // Sources import './x.js', as nodenext wants; under jest the file on disk is x.ts.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  // Without options @swc/jest reads .swcrc, so tests run what the build compiles, decorator metadata included. Only our
  // TypeScript is transformed; results are cached on disk under a key that contains .swcrc.
  transform: { '^.+\\.ts$': '@swc/jest' },

  // Plain .mjs: jest would compile a global-setup.ts to CommonJS, whose './x.js' imports do not find x.ts.
  globalSetup: '<rootDir>/test/support/global-setup.load.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.load.mjs',
  testTimeout: 60_000,

  // Two workers even on larger machines: each owns a database, and the suites that measure or kill need the headroom.
  maxWorkers: 2,
  // Modules evaluated in a vm context are never collected entirely (about 30 MB per suite that loads the whole
  // application); a worker above this is replaced between two suites.
  workerIdleMemoryLimit: '1GB',
  // No watch daemon: start-up is the same everywhere.
  watchman: false,

  reporters: ['default', '<rootDir>/test/support/count-reporter.mjs'],
};

export default config;
