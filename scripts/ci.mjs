// `npm run ci`: every check, two at a time, then the tests. All of them run even when one fails, so that one run shows
// everything; the exit code tells. Tests come last and alone: their last line is the summary, and some measure time.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

// Name → npm script and arguments. The longest first, so that both lanes end at about the same time.
const checks = [
  ['lint', 'lint'],
  ['types', 'typecheck'],
  ['OpenAPI drift', 'openapi -- --check'],
  ['format', 'format:check'],
  ['OpenAPI lint', 'openapi:lint'],
];
const failed = [];

// Once, before anything runs: checks that need dist/ would otherwise build it side by side.
await ensureBuilt().catch((error) => report('build', 1, error.message));
const queue = [...checks];
await Promise.all([lane(), lane()]);

console.log('\n=== tests');
const tests = await npmRun('test', { stdio: 'inherit', env: { CI_FAILED_CHECKS: failed.join(', ') } });
process.exitCode = failed.length > 0 || tests.code !== 0 ? 1 : 0;

async function lane() {
  for (let check = queue.shift(); check; check = queue.shift()) {
    const [name, script] = check;
    const started = performance.now();
    const { code, output } = await npmRun(script);
    report(`${name}, ${((performance.now() - started) / 1000).toFixed(1)} s`, code, output);
  }
}

/** Prints a check's output whole, when it has ended: two at a time stay readable. */
function report(title, code, output) {
  console.log(`\n=== ${title}: ${code === 0 ? 'ok' : 'FAILED'}\n${output.trim()}`);
  if (code !== 0) failed.push(title.split(',')[0]);
}

function npmRun(script, { stdio = ['ignore', 'pipe', 'pipe'], env = {} } = {}) {
  // Through the shell, because npm is a .cmd file on Windows; nothing here comes from outside.
  const child = spawn(`npm run --silent ${script}`, { cwd: root, shell: true, stdio, env: { ...process.env, ...env } });
  const chunks = [];
  child.stdout?.on('data', (chunk) => chunks.push(chunk));
  child.stderr?.on('data', (chunk) => chunks.push(chunk));
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
  });
}
