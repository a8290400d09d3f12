import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { KEY_HOURS } from '../idempotency/idempotency-keys.js';
import { LOGGER } from '../logging/logger.js';
import { Database, only } from './database.js';

const MINUTE_MS = 60_000;
const BATCH = 5000;

// A row that somebody else holds is passed over: it is in use, or being swept.
const batch = (table: string, isPast: string) => `
  with past as materialized (select ctid from ${table} where ${isPast} limit ${BATCH} for update skip locked),
    gone as (delete from ${table} where ctid = any (array(select ctid from past)) returning 1)
  select count(*) as gone from gone`;

/** What loses its worth with time: the statement, and how often it runs. */
const SWEEPS = [
  { sql: batch('rate_windows', 'ends_at < now()'), everyMs: 5 * MINUTE_MS },
  { sql: batch('idempotency_keys', `created_at < now() - interval '${KEY_HOURS} hours'`), everyMs: 10 * MINUTE_MS },
];

/**
 * Removes rows that are past their time. Every process does it by a clock of its own and asks no queue, because a desk without workers
 * has requests too; that several do it at once is harmless, and nothing depends on when it is done.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private timers: NodeJS.Timeout[] = [];

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly db: Database,
  ) {}

  onApplicationBootstrap(): void {
    this.timers = SWEEPS.map(({ sql, everyMs }) => {
      const sweep = () => {
        this.sweepOne(sql).catch((error: unknown) => {
          this.logger.warn({ err: error }, 'old rows were not removed');
        });
      };
      return setInterval(sweep, everyMs).unref();
    });
  }

  onApplicationShutdown(): void {
    this.timers.forEach((timer) => clearInterval(timer));
  }

  /** Removes everything that is past its time now. */
  async sweep(): Promise<void> {
    for (const { sql } of SWEEPS) await this.sweepOne(sql);
  }

  private async sweepOne(sql: string): Promise<void> {
    for (let gone = BATCH; gone === BATCH;) ({ gone } = only(await this.db.query<{ gone: number }>(sql)));
  }
}
