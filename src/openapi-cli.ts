import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppModule } from './app.module.js';
import { describeFunctions } from './compat/rpc/describe-functions.js';
import { readEnv } from './config/env.js';
import { ENTITIES } from './entities.js';
import { buildDocument } from './openapi.js';
import { buildDataSource } from './platform/database/data-source.js';
import { buildLogger } from './platform/logging/logger.js';

const PATH = 'openapi/openapi.json';
const RPC_PATH = 'openapi/rpc.md';

/**
 * Writes the document of the routes and the table of the RPC's functions as they stand in the source, without a database; `--check` only
 * compares and fails on a difference.
 */
async function main(): Promise<void> {
  const env = readEnv({});
  const dataSource = buildDataSource({ url: 'postgres://nowhere.invalid/none', entities: ENTITIES });
  const module = AppModule.register({ env, logger: buildLogger('silent'), dataSource });
  const app = await NestFactory.create<NestExpressApplication>(module, { preview: true, logger: false, abortOnError: false });
  const written: [path: string, text: string][] = [
    [PATH, `${JSON.stringify(buildDocument(app), null, 2)}\n`],
    [RPC_PATH, describeFunctions()],
  ];
  for (const [path, text] of written) {
    if (process.argv.includes('--check')) await refuseDrift(path, text);
    else await write(path, text);
  }
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function refuseDrift(path: string, text: string): Promise<void> {
  const committed = await readFile(path, 'utf8').catch(() => '');
  if (committed === text) return;
  process.stderr.write(`${path} is out of step with the source: run "npm run openapi" and commit it.\n`);
  process.exitCode = 1;
}

await main();
