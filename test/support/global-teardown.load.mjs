// The hooks of global-setup.load.mjs are in force: jest runs both in the same process, set-up first.
const { default: globalTeardown } = await import('./global-teardown.ts');

export default globalTeardown;
