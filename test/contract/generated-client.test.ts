import { createClient } from '@hey-api/openapi-ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startDesk, type TestDesk } from '../support/desk.js';

const run = promisify(execFile);
const STRICT = {
  compilerOptions: {
    ...{
      target: 'es2022',
      module: 'nodenext',
      moduleResolution: 'nodenext',
      lib: ['es2022', 'dom', 'dom.iterable'],
      types: ['node'],
    },
    ...{
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: false,
      skipLibCheck: true,
      outDir: 'out',
      rootDir: '.',
    },
  },
  include: ['scenario.ts', 'client'],
};

let desk: TestDesk;
let folder: string;

beforeAll(async () => {
  desk = await startDesk();
  folder = await mkdtemp(join(tmpdir(), 'polydesk-client-'));
});
afterAll(async () => {
  await desk.stop();
  await rm(folder, { recursive: true, force: true });
});

// The compiler takes its time, and more on a machine that has others to serve.
const COMPILES_WITHIN_MS = 240_000;

describe('a client generated from the OpenAPI document', () => {
  it(
    'compiles in strict mode and does its work',
    async () => {
      await createClient({
        input: resolve('openapi/openapi.json'),
        output: { path: join(folder, 'client'), importFileExtension: '.js' },
        logs: { level: 'silent', file: false },
        plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
      });
      await copyFile('test/fixtures/generated-client/scenario.ts.txt', join(folder, 'scenario.ts'));
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(STRICT));
      await writeFile(join(folder, 'package.json'), '{"type": "module"}');
      await mkdir(join(folder, 'node_modules'));
      await symlink(resolve('node_modules/@types'), join(folder, 'node_modules/@types'));
      await symlink(resolve('node_modules/undici-types'), join(folder, 'node_modules/undici-types'));
      const compiled = await run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', folder]).catch(
        (error: unknown) => error as { stdout: string },
      );
      expect(compiled.stdout).toBe('');
      const { stdout } = await run(process.execPath, [join(folder, 'out/scenario.js'), desk.url, desk.acme.admin.token]);
      expect(JSON.parse(stdout)).toEqual({
        subjects: ['From a client'],
        assignee: desk.acme.admin.email,
        replies: ['Have you tried water?'],
        missing: "Couldn't find Ticket with id=999999",
        archived: 1,
      });
    },
    COMPILES_WITHIN_MS,
  );
});
