import { destination, type Logger } from 'pino';
import { readEnv, type Env } from '../config/env.js';
import { joinDatabase, type OpenDatabase, type OpenEnv } from '../open-database.js';
import { buildDataSource } from '../platform/database/data-source.js';
import { Database } from '../platform/database/database.js';
import { buildLogger } from '../platform/logging/logger.js';
import { Failure, reasonOf } from './failure.js';
import { bringUp, schemaState } from './schema.js';

/** What a command works on. */
export interface Desk {
  env: OpenEnv;
  logger: Logger;
  db: Database;
}

export interface SessionOptions {
  /** Log lines on standard error; without it a command says only what it has to say. */
  verbose?: boolean;
  /** `ready` (the default): the command needs an up-to-date schema. `any`: it looks for itself. */
  schema?: 'ready' | 'any';
}

const POOL_SIZE = 3;
const INTERRUPTED = { SIGINT: 130, SIGTERM: 143 } as const;

export function loggerFor(env: Env, { verbose }: SessionOptions): Logger {
  return verbose ? buildLogger(env.LOG_LEVEL === 'info' ? 'debug' : env.LOG_LEVEL, destination(2)) : buildLogger('silent');
}

/** Runs `work` on the desk's database: beside a running desk on that desk's, otherwise on the one that it starts and stops again. */
export async function withDesk<Result>(options: SessionOptions, work: (desk: Desk) => Promise<Result>): Promise<Result> {
  const given = readEnv();
  const logger = loggerFor(given, options);
  const opened = await joinDatabase(given, logger);
  const letGo = stopOnSignal(opened);
  try {
    return await connected(opened.env, logger, async (desk) => {
      if (options.schema !== 'any') await requireSchema(desk);
      return work(desk);
    });
  } finally {
    letGo();
    await opened.close();
  }
}

/** Connects for as long as `work` takes. Throws `Failure` when the database does not let us in. */
export async function connected<Result>(env: OpenEnv, logger: Logger, work: (desk: Desk) => Promise<Result>): Promise<Result> {
  const onPoolError = (error: Error) => {
    logger.warn({ err: error }, 'an idle database connection was lost');
  };
  const dataSource = buildDataSource({ url: env.DATABASE_URL, entities: [], poolSize: POOL_SIZE, onPoolError });
  await dataSource.initialize().catch((error: unknown) => {
    throw new Failure(`The database ${placeOf(env.DATABASE_URL)} cannot be used: ${reasonOf(error)}`);
  });
  try {
    return await work({ env, logger, db: new Database(dataSource) });
  } finally {
    await dataSource.destroy();
  }
}

/** Where a database is, without its password. */
export function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || '5432'}${pathname}`;
}

/** An empty database becomes a desk; changing one that is in use is the operator's decision. */
async function requireSchema(desk: Desk): Promise<void> {
  const { isEmpty, pending } = await schemaState(desk.db);
  if (isEmpty) await bringUp(desk);
  else if (pending.length > 0)
    throw new Failure(`The schema of the database lacks ${pending.join(', ')}. First run: npm run desk -- migrate`);
}

/** A Postgres of our own must not outlive an interrupted command; a foreign one rolls back by itself. */
function stopOnSignal(opened: OpenDatabase): () => void {
  const stop = (signal: keyof typeof INTERRUPTED) => {
    process.stderr.write(`\nStopped by ${signal}.\n`);
    void opened.close().finally(() => process.exit(INTERRUPTED[signal]));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  };
}
