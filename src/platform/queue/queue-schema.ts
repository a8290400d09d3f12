import { runMigrations } from 'bullmq';
import pg from 'pg';

/** Brings the tables of BullMQ's Postgres backend up to date; harmless when they are. */
export async function migrateQueueStore(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await runMigrations(client);
  } finally {
    await client.end();
  }
}
