import { migrate, pendingMigrations } from '../platform/database/data-source.js';
import type { Database } from '../platform/database/database.js';
import type { Desk } from './session.js';

export interface SchemaState {
  /** True when no desk has ever used the database. */
  isEmpty: boolean;
  /** Names of the migrations that have not run, in their order. */
  pending: string[];
}

/** Looks without changing anything. */
export async function schemaState(db: Database): Promise<SchemaState> {
  const pending = await pendingMigrations(db.dataSource);
  return { isEmpty: pending.length === db.dataSource.migrations.length, pending };
}

/** Brings the schema and the tables of the queue up to date; answers the migrations that ran. */
export async function bringUp({ db, env }: Pick<Desk, 'db' | 'env'>): Promise<string[]> {
  const done = await migrate(db.dataSource);
  if (!env.REDIS_URL) {
    // The queue's package is large, and most commands do without it.
    const { migrateQueueStore } = await import('../platform/queue/queue-schema.js');
    await migrateQueueStore(env.DATABASE_URL);
  }
  return done;
}

/** `desk migrate`. */
export async function runMigrations(desk: Desk): Promise<void> {
  const done = await bringUp(desk);
  for (const name of done) console.log(`✓ ${name}`);
  console.log(
    done.length === 0 ? 'The schema was up to date already.' : `The schema is up to date: ${done.length} migrations ran.`,
  );
}

/** `desk migrate --check`: tells what is pending, by exit code 1 too. */
export async function checkMigrations({ db }: Desk): Promise<void> {
  const { pending } = await schemaState(db);
  for (const name of pending) console.log(`✗ ${name}`);
  if (pending.length > 0) process.exitCode = 1;
  console.log(pending.length === 0 ? 'The schema is up to date.' : `Pending: ${pending.length}. Run: npm run desk -- migrate`);
}
