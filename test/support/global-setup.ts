import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENTITIES } from '../../src/entities.js';
import { buildDataSource, migrate } from '../../src/platform/database/data-source.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/platform/embedded-postgres/launcher.js';
import { migrateQueueStore } from '../../src/platform/queue/queue-schema.js';

declare global {
  var testPostgres: { server: EmbeddedPostgres; dataDir: string } | undefined;
}

// Nothing here outlives the run, so durability only costs time.
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** One Postgres for the whole run; its database is migrated once and is the template of every suite's own. */
export default async function globalSetup(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'polydesk-test-'));
  const server = await startEmbeddedPostgres({ dataDir, settings: FAST, maxConnections: 300 });
  const dataSource = await buildDataSource({ url: server.url, entities: ENTITIES }).initialize();
  await migrate(dataSource);
  await dataSource.destroy();
  await migrateQueueStore(server.url);
  process.env['TEST_DATABASE_URL'] = server.url;
  globalThis.testPostgres = { server, dataDir };
}

export async function removeTestPostgres(): Promise<void> {
  await globalThis.testPostgres?.server.stop();
  if (globalThis.testPostgres) await rm(globalThis.testPostgres.dataDir, { recursive: true, force: true });
}
