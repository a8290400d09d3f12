import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { AppModule } from './app.module.js';
import { setUpApp } from './app.setup.js';
import type { Env } from './config/env.js';
import { ENTITIES } from './entities.js';
import { buildDataSource } from './platform/database/data-source.js';
import { NestLogger } from './platform/logging/logger.js';

/** Connects to the database that the environment names. */
export async function connect(env: Env, logger: Logger, poolSize?: number): Promise<DataSource> {
  const onPoolError = (error: Error) => {
    logger.warn({ err: error }, 'an idle database connection was lost');
  };
  if (env.DATABASE_URL === undefined) throw new Error('connect() needs DATABASE_URL');
  const dataSource = buildDataSource({ url: env.DATABASE_URL, entities: ENTITIES, onPoolError, poolSize });
  return dataSource.initialize();
}

/** The whole application, set up but not listening yet. `dataSource` is connected and migrated. */
export async function buildApp(env: Env, logger: Logger, dataSource: DataSource): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.register({ env, logger, dataSource }), {
    bodyParser: false,
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  setUpApp(app, env, logger);
  return app;
}
