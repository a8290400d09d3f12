import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { ENV, type Env } from '../config/env.js';
import { Database } from './database/database.js';
import { Notifications } from './database/notifications.js';
import { Sweeper } from './database/sweeper.js';
import { IdempotencyKeys } from './idempotency/idempotency-keys.js';
import { Relay } from './events/relay.js';
import { LOGGER } from './logging/logger.js';
import { lookUpBySystem } from './outbound-http/guarded-connector.js';
import { ADDRESS_LOOKUP, OutboundHttp } from './outbound-http/outbound-http.js';
import { DueWork } from './queue/due-rows.js';
import { Pump } from './queue/pump.js';
import { Queues } from './queue/queues.js';
import { RateCounter } from './rate-limits/rate-counter.js';
import { openRateCounter } from './rate-limits/shared-counter.js';
import { DiskStorage } from './storage/disk-storage.js';

export interface PlatformOptions {
  env: Env;
  logger: Logger;
  /** Connected already, and migrated; the module closes it. */
  dataSource: DataSource;
}

/** What the desk stands on; nothing here knows of tickets. */
@Global()
@Module({})
export class PlatformModule {
  static register({ env, logger, dataSource }: PlatformOptions): DynamicModule {
    return {
      module: PlatformModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => dataSource.options,
          dataSourceFactory: () => Promise.resolve(dataSource),
        }),
      ],
      providers: [
        { provide: ENV, useValue: env },
        { provide: LOGGER, useValue: logger },
        { provide: RateCounter, useFactory: openRateCounter, inject: [ENV, LOGGER, Database] },
        { provide: ADDRESS_LOOKUP, useValue: lookUpBySystem },
        ...[Database, DiskStorage, DueWork, IdempotencyKeys, Notifications, OutboundHttp, Pump, Queues, Relay, Sweeper],
      ],
      exports: [
        ...[ENV, LOGGER, Database, DiskStorage, DueWork, IdempotencyKeys, Notifications],
        ...[ADDRESS_LOOKUP, OutboundHttp, Pump, Queues, RateCounter, Relay, Sweeper],
      ],
    };
  }
}
