import 'reflect-metadata';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import { buildApp, connect } from './app.js';
import { limitTime } from './app.setup.js';
import { bootstrap, type FirstAdmin } from './bootstrap.js';
import { BadEnvironment, publicUrl, readEnv, type Env } from './config/env.js';
import { openDatabase } from './open-database.js';
import { Database } from './platform/database/database.js';
import { migrate } from './platform/database/data-source.js';
import { buildLogger } from './platform/logging/logger.js';
import { migrateQueueStore } from './platform/queue/queue-schema.js';

const EXIT_DEADLINE_MS = 9_500;
const IDLE_SWEEP_MS = 50;

async function main(): Promise<void> {
  const given = readEnv();
  const logger = buildLogger(given.LOG_LEVEL);
  const { env, close } = await openDatabase(given, logger);
  try {
    const dataSource = await connect(env, logger);
    const migrated = await migrate(dataSource);
    if (migrated.length > 0) logger.info({ migrations: migrated }, 'the schema is up to date');
    if (!env.REDIS_URL) await migrateQueueStore(env.DATABASE_URL);
    const first = await bootstrap(new Database(dataSource), env);
    const app = await buildApp(env, logger, dataSource);
    stopOnSignal(app, close, logger);
    await serve(app, env);
    greet(env, first, logger);
  } catch (error) {
    await close();
    throw error;
  }
}

/** Only the api role opens a port; the others work off queues. */
async function serve(app: NestExpressApplication, env: Env): Promise<void> {
  if (!env.ROLES.includes('api')) {
    await app.init();
    return;
  }
  await app.listen(env.PORT, env.HOST);
  limitTime(app);
}

/** Finishes what is in flight, then lets go of the database; whatever hangs is cut off in time. */
function stopOnSignal(app: NestExpressApplication, close: () => Promise<void>, logger: Logger): void {
  let isStopping = false;
  const stop = (signal: string): void => {
    if (isStopping) return;
    isStopping = true;
    logger.info({ signal }, 'stopping');
    // A connection that falls idle now would otherwise be waited for until its client lets go.
    setInterval(() => app.getHttpServer().closeIdleConnections(), IDLE_SWEEP_MS).unref();
    setTimeout(() => {
      logger.error('did not stop in time');
      process.exit(1);
    }, EXIT_DEADLINE_MS).unref();
    app
      .close()
      .then(close)
      .then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'stopped with an error');
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
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
  process.stderr.write(
    error instanceof BadEnvironment
      ? `${error.message}\n`
      : `Polydesk could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
});
