import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { randomInt } from 'node:crypto';
import pg from 'pg';
import type { Logger } from 'pino';
import { ENV, type Env } from '../../config/env.js';
import { LOGGER } from '../logging/logger.js';
import { NEWS_CHANNEL } from './database.js';

/** The first key of the advisory locks that processes hold, each under its own number. */
export const PRESENCE_LOCK = 730_522_190;
const MOST_NUMBER = 2 ** 31 - 1;

const RECONNECT_MS = 1_000;
// A connection that the network has silently dropped never errs by itself.
const PROBE_MS = 15_000;
const PROBE_PATIENCE_MS = 5_000;

/**
 * Tells of commits that hold events, on one connection for the whole process, which is open while somebody listens. News can get lost with
 * a connection: whoever listens must also look by himself from time to time.
 */
@Injectable()
export class Notifications implements OnApplicationShutdown {
  /**
   * The number of this process. While it listens it holds a (shared) advisory lock under it, which Postgres takes away as soon as the process is
   * gone: so others can tell what a dead process has left behind.
   */
  readonly presence = randomInt(1, MOST_NUMBER);
  private readonly listeners = new Set<() => void>();
  private client: pg.Client | undefined;
  private retry: NodeJS.Timeout | undefined;
  private probe: NodeJS.Timeout | undefined;

  constructor(
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Calls `onNews` after commits, and after a lost connection is back. Answers how to end that. */
  listen(onNews: () => void): () => void {
    // An own function for each caller, so that one that listens twice also ends twice.
    const listener = () => onNews();
    this.listeners.add(listener);
    if (this.client === undefined && this.retry === undefined) this.connect();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.disconnect();
    };
  }

  onApplicationShutdown(): void {
    this.listeners.clear();
    this.disconnect();
  }

  private connect(): void {
    const client = new pg.Client({
      connectionString: this.env.DATABASE_URL,
      application_name: 'polydesk-news',
      keepAlive: true,
      connectionTimeoutMillis: PROBE_PATIENCE_MS,
      query_timeout: PROBE_PATIENCE_MS,
    });
    this.client = client;
    client.on('error', (error) => this.lost(client, error));
    client.on('end', () => this.lost(client, new Error('the connection was closed')));
    client.on('notification', () => this.tell());
    client
      .connect()
      .then(() => client.query(`listen ${NEWS_CHANNEL}`))
      .then(() => client.query('select pg_advisory_lock_shared($1, $2)', [PRESENCE_LOCK, this.presence]))
      .then(
        () => {
          if (this.client !== client) return;
          this.probe = setInterval(() => {
            client.query('select 1').catch((error: unknown) => this.lost(client, error));
          }, PROBE_MS).unref();
          this.tell();
        },
        (error: unknown) => this.lost(client, error),
      );
  }

  private lost(client: pg.Client, error: unknown): void {
    if (this.client !== client) return;
    this.disconnect();
    this.logger.debug({ err: error }, 'the connection for news was lost');
    this.retry = setTimeout(() => {
      this.retry = undefined;
      if (this.listeners.size > 0) this.connect();
    }, RECONNECT_MS).unref();
  }

  private disconnect(): void {
    const { client } = this;
    this.client = undefined;
    clearInterval(this.probe);
    clearTimeout(this.retry);
    this.retry = undefined;
    client?.end().catch(() => undefined);
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Whether no process of the number that an expression holds is there. */
export const isAbsentSql = (number: string): string => `not exists (select 1 from pg_locks l where l.locktype = 'advisory'
  and l.database = (select oid from pg_database where datname = current_database())
  and l.classid = ${PRESENCE_LOCK} and l.objid = ${number}::bigint::oid and l.granted)`;
