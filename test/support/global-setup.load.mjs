import { register } from 'node:module';

// One process runs set-up and tear-down, so the hooks are registered once, here.
register('./ts-hooks.mjs', import.meta.url);
const { default: globalSetup } = await import('./global-setup.ts');

export default globalSetup;
