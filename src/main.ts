import 'reflect-metadata';
import type { NestExpressApplication } from '@nestjs/platform-express';
import cluster from 'node:cluster';
import type { Logger } from 'pino';
import { startApiProcesses } from './api-processes.js';
import { buildApp, connect } from './app.js';
import { limitTime } from './app.setup.js';
import { bootstrap, type FirstAdmin } from './bootstrap.js';
import { BadEnvironment, publicUrl, readEnv, type Env } from './config/env.js';
import { openDatabase, type OpenEnv } from './open-database.js';
import { migrate } from './platform/database/data-source.js';
import { Database } from './platform/database/database.js';
import { buildLogger } from './platform/logging/logger.js';
import { migrateQueueStore } from './platform/queue/queue-schema.js';
import { stopOnSignal } from './stop-on-signal.js';

/** What a part of the desk does to end. */
type Stop = () => Promise<void>;

async function main(): Promise<void> {
  const given = readEnv();
  const logger = buildLogger(given.LOG_LEVEL);
  const { env, close } = await openDatabase(given, logger);
  try {
    // A forked API process finds everything prepared by the one that forked it.
    const first = cluster.isPrimary ? await prepare(env, logger) : null;
    const stop = await start(env, logger);
    stopOnSignal(() => stop().then(close), logger);
    if (cluster.isPrimary) greet(env, first, logger);
  } catch (error) {
    await close();
    throw error;
  }
}

async function prepare(env: OpenEnv, logger: Logger): Promise<FirstAdmin | null> {
  const dataSource = await connect(env, logger, 2);
  const migrated = await migrate(dataSource);
  if (migrated.length > 0) logger.info({ migrations: migrated }, 'the schema is up to date');
  if (!env.REDIS_URL) await migrateQueueStore(env.DATABASE_URL);
  const first = await bootstrap(new Database(dataSource), env);
  await dataSource.destroy();
  return first;
}

/** Serves with as many processes as are wanted; workers always run in this one. */
async function start(env: OpenEnv, logger: Logger): Promise<Stop> {
  if (cluster.isWorker || env.WEB_CONCURRENCY === 1 || !env.ROLES.includes('api')) return serve(env, logger);
  const stopApi = startApiProcesses(env, logger);
  const others = env.ROLES.filter((role) => role !== 'api');
  const stopOthers = others.length > 0 ? await serve({ ...env, ROLES: others }, logger) : () => Promise.resolve();
  return async () => {
    await Promise.all([stopApi(), stopOthers()]);
  };
}

/** Only the api role opens a port; the others work off queues. */
async function serve(env: OpenEnv, logger: Logger): Promise<Stop> {
  const app = await buildApp(env, logger, await connect(env, logger));
  if (!env.ROLES.includes('api')) {
    await app.init();
    return () => app.close();
  }
  await app.listen(env.PORT, env.HOST);
  limitTime(app);
  return () => closeServer(app);
}

const IDLE_SWEEP_MS = 50;

// A connection that falls idle now would otherwise be waited for until its client lets go.
async function closeServer(app: NestExpressApplication): Promise<void> {
  const sweep = setInterval(() => app.getHttpServer().closeIdleConnections(), IDLE_SWEEP_MS);
  await app.close();
  clearInterval(sweep);
}

// Plain text beside the log lines, for the person at the terminal: the token is shown this once and never logged.
function greet(env: Env, first: FirstAdmin | null, logger: Logger): void {
  const url = publicUrl(env, env.BOOTSTRAP_COMPANY);
  logger.info({ url, port: env.PORT, roles: env.ROLES }, 'ready');
  if (first) {
    const secret = first.token ?? 'the one in BOOTSTRAP_ADMIN_TOKEN';
    process.stdout.write(
      `\n  Company:     ${first.company}\n  Admin:       ${first.email}\n  API token:   ${secret}   (shown this once)\n`,
    );
  }
  if (env.ROLES.includes('api')) process.stdout.write(`\n  Polydesk is ready. Try the API at ${url}/docs\n\n`);
}

main().catch((error: unknown) => {
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(error instanceof BadEnvironment ? `${error.message}\n` : `Polydesk could not start: ${cause}\n`);
  process.exit(1);
});
