// `node scripts/run.mjs <entry> [args]`: builds what changed, then runs dist/<entry>.js in this very process, so that
// signals, the exit code and stdin need no forwarding.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureBuilt } from './build.mjs';

const [entry, ...args] = process.argv.slice(2);
if (!entry) fail('usage: node scripts/run.mjs <entry> [args]');

try {
  await ensureBuilt();
} catch (error) {
  fail(`The build failed.\n\n${error.message}`);
}

const target = join(fileURLToPath(new URL('../dist', import.meta.url)), `${entry}.js`);
if (!existsSync(target)) fail(`There is no ${target}: does src/${entry}.ts exist?`);
// The program sees itself as the script: its usage text is right, and node:cluster starts the same file again.
process.argv = [process.argv[0], target, ...args];
await import(pathToFileURL(target).href);

function fail(message) {
  console.error(message);
  process.exit(1);
}
