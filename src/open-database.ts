import type { Logger } from 'pino';
import type { Env } from './config/env.js';
import { secretOfDataDir } from './platform/crypto/app-secret.js';
import { runningPostgresUrl, startEmbeddedPostgres } from './platform/embedded-postgres/launcher.js';

/** The environment once the database and the secret are known. */
export type OpenEnv = Env & { DATABASE_URL: string; APP_SECRET: string };

export interface OpenDatabase {
  env: OpenEnv;
  /** Stops the Postgres that was started, if one was. */
  close: () => Promise<void>;
}

/** Finds the database that the environment names, or starts the embedded one of DATA_DIR and owns it. */
export async function openDatabase(env: Env, logger: Logger): Promise<OpenDatabase> {
  const secret = env.APP_SECRET ?? (await secretOfDataDir(env.DATA_DIR));
  if (env.DATABASE_URL !== undefined)
    return { env: { ...env, DATABASE_URL: env.DATABASE_URL, APP_SECRET: secret }, close: () => Promise.resolve() };
  const log = (line: string) => {
    logger.debug({ part: 'postgres' }, line);
  };
  const postgres = await startEmbeddedPostgres({ dataDir: env.DATA_DIR, log });
  return { env: { ...env, DATABASE_URL: postgres.url, APP_SECRET: secret }, close: () => postgres.stop() };
}

/** The same for a command beside a desk that may be running on the same DATA_DIR: its Postgres is used then and left alone. */
export async function joinDatabase(env: Env, logger: Logger): Promise<OpenDatabase> {
  const running = env.DATABASE_URL ?? (await runningPostgresUrl(env.DATA_DIR));
  return openDatabase(running === null ? env : { ...env, DATABASE_URL: running }, logger);
}
