import type { OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Env } from '../../config/env.js';
import type { Database } from '../database/database.js';
import { PostgresCounter } from './postgres-counter.js';
import { RateCounter, type Grant, type RatePolicy } from './rate-counter.js';
import { RedisCounter } from './redis-counter.js';

const REDIS_PATIENCE_MS = 500;
const PAUSE_MS = 5_000;
// For as long ioredis keeps the process alive after it has disconnected.
const DISCONNECT_MS = 100;

/**
 * Counts in Redis, and in Postgres while Redis is away. A request waits for Redis half a second at most, and then nobody asks it
 * for five seconds. So nothing hangs, and the door never stands open: processes that disagree about Redis, or a switch in mid-window,
 * give at most one quota from each of the two.
 */
export class SharedCounter extends RateCounter implements OnApplicationShutdown {
  private awayUntil = 0;

  constructor(
    private readonly redis: Redis,
    private readonly first: RateCounter,
    private readonly second: RateCounter,
    private readonly logger: Logger,
  ) {
    super();
  }

  async take(policy: RatePolicy, subject: string, wanted: number): Promise<Grant> {
    if (performance.now() >= this.awayUntil) {
      try {
        return await inTime(this.first.take(policy, subject, wanted));
      } catch (error) {
        this.awayUntil = performance.now() + PAUSE_MS;
        this.logger.warn({ err: error }, 'redis does not answer: rate limits are counted in postgres');
      }
    }
    return this.second.take(policy, subject, wanted);
  }

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }
}

/** Redis when REDIS_URL names one, which need not be up yet; else Postgres. */
export async function openRateCounter(env: Env, logger: Logger, db: Database): Promise<RateCounter> {
  const inPostgres = new PostgresCounter(db);
  if (env.REDIS_URL === undefined || !env.RATE_LIMITS) return inPostgres;
  const redis = new Redis(env.REDIS_URL, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: REDIS_PATIENCE_MS,
    disconnectTimeout: DISCONNECT_MS,
    retryStrategy: (attempt) => Math.min(attempt * 100, PAUSE_MS),
  });
  redis.on('error', (error: Error) => {
    logger.debug({ err: error }, 'redis connection for rate limits failed');
  });
  await inTime(redis.connect()).catch(() => undefined);
  return new SharedCounter(redis, new RedisCounter(redis), inPostgres, logger);
}

async function inTime<Result>(answer: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${REDIS_PATIENCE_MS} ms`));
    }, REDIS_PATIENCE_MS);
  });
  return Promise.race([answer, tooLate]).finally(() => clearTimeout(timer));
}
