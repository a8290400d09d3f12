// Lints the committed OpenAPI document with redocly and spectral. Both work offline; errors fail, warnings are shown.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const document = 'openapi/openapi.json';
const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

const linters = [
  ['node_modules/@redocly/cli/bin/cli.js', 'lint', document, '--config', '.redocly.yaml'],
  [
    'node_modules/@stoplight/spectral-cli/dist/index.js',
    'lint',
    document,
    '--ruleset',
    '.spectral.yaml',
    '--fail-severity',
    'error',
  ],
];
// Both always run, so that one look shows everything.
const failures = linters.filter((args) => spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' }).status !== 0);
process.exitCode = failures.length > 0 ? 1 : 0;
