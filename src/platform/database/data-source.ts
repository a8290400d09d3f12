import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { MIGRATIONS } from './migrations/index.js';
import { SnakeNaming } from './naming.js';

// bigint ids come as numbers: an identity column stays far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

const STATEMENT_TIMEOUT_MS = 15_000;
const LOCK_TIMEOUT_MS = 5_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;

export interface DatabaseOptions {
  url: string;
  entities: DataSourceOptions['entities'];
  poolSize?: number;
  onPoolError?: (error: Error) => void;
}

/** The description of the connection pool; no statement, lock or idle transaction may hang for ever. */
export function databaseOptions({
  url,
  entities,
  poolSize = 20,
  onPoolError = () => undefined,
}: DatabaseOptions): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities,
    migrations: MIGRATIONS,
    migrationsTableName: 'schema_migrations',
    migrationsTransactionMode: 'each',
    namingStrategy: new SnakeNaming(),
    poolSize,
    applicationName: 'polydesk',
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    poolErrorHandler: onPoolError,
    extra: {
      statement_timeout: STATEMENT_TIMEOUT_MS,
      lock_timeout: LOCK_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
      keepAlive: true,
    },
  };
}

export function buildDataSource(options: DatabaseOptions): DataSource {
  return new DataSource(databaseOptions(options));
}

/** Names of the migrations that have not run, in their order. Looks without changing anything. */
export async function pendingMigrations(dataSource: DataSource): Promise<string[]> {
  const [table] = await dataSource.query<{ found: boolean }[]>(`select to_regclass('schema_migrations') is not null as found`);
  const done = table?.found ? await dataSource.query<{ name: string }[]>('select name from schema_migrations') : [];
  const names = new Set(done.map(({ name }) => name));
  const all = dataSource.migrations.map(({ name, constructor }) => name ?? constructor.name);
  return all.filter((name) => !names.has(name));
}

// Any constant does, as long as every desk takes the same one.
const MIGRATION_LOCK = 7_305_221_905;

/** Brings the schema up to date; several processes may start at once, one migrates and the others wait for it. */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  const lock = dataSource.createQueryRunner();
  await lock.connect();
  try {
    await lock.query(`set statement_timeout = 0`);
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const done = await dataSource.runMigrations();
    return done.map(({ name }) => name);
  } finally {
    await lock.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await lock.query('reset statement_timeout');
    await lock.release();
  }
}
