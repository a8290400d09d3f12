import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppModule } from './app.module.js';
import { readEnv } from './config/env.js';
import { ENTITIES } from './entities.js';
import { buildDocument } from './openapi.js';
import { buildDataSource } from './platform/database/data-source.js';
import { buildLogger } from './platform/logging/logger.js';

const PATH = 'openapi/openapi.json';

/** Writes the document of the routes as they stand in the source, without a database; `--check` only compares and fails on a difference. */
async function main(): Promise<void> {
  const env = readEnv({});
  const dataSource = buildDataSource({ url: 'postgres://nowhere.invalid/none', entities: ENTITIES });
  const module = AppModule.register({ env, logger: buildLogger('silent'), dataSource });
  const app = await NestFactory.create<NestExpressApplication>(module, { preview: true, logger: false, abortOnError: false });
  const text = `${JSON.stringify(buildDocument(app), null, 2)}\n`;
  if (process.argv.includes('--check')) return refuseDrift(text);
  await mkdir(dirname(PATH), { recursive: true });
  await writeFile(PATH, text);
}

async function refuseDrift(text: string): Promise<void> {
  const committed = await readFile(PATH, 'utf8').catch(() => '');
  if (committed === text) return;
  process.stderr.write(`${PATH} is out of step with the source: run "npm run openapi" and commit it.\n`);
  process.exitCode = 1;
}

await main();
