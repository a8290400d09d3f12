import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool, PoolClient } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { AnsweredTransaction } from './answered-transaction.js';
import { isRetryable, translatePgError } from './pg-errors.js';

const ATTEMPTS = 4;

/** On which connections listen for news, and how long one announcement waits for the next. */
export const NEWS_CHANNEL = 'polydesk_news';
const ANNOUNCE_AFTER_MS = 10;

// The open transactions whose commit somebody waits for.
const newsworthy = new WeakSet<EntityManager>();

/** The one way to the database. Everything that writes takes the open transaction as its first argument. */
@Injectable()
export class Database {
  private announcement: NodeJS.Timeout | undefined;

  constructor(@InjectDataSource() readonly dataSource: DataSource) {}

  /** Runs one read outside of any transaction. */
  async query<Row>(sql: string, params: unknown[] = []): Promise<Row[]> {
    await AnsweredTransaction.current()?.release();
    const { rows: found } = await this.pool.query(sql, params);
    return found as Row[];
  }

  /** The same for a statement whose text never varies: Postgres parses it once per connection. */
  async prepared<Row>(name: string, sql: string, params: unknown[]): Promise<Row[]> {
    await AnsweredTransaction.current()?.release();
    const { rows: found } = await this.pool.query({ name, text: sql, values: params });
    return found as Row[];
  }

  /**
   * Runs `work` in one transaction: all of it happens or nothing does.
   * Deadlocks and serialization failures run the whole work again; broken unique keys surface as `Invalid`.
   */
  async tx<Result>(work: (em: EntityManager) => Promise<Result>): Promise<Result> {
    const answered = AnsweredTransaction.current();
    await answered?.release();
    if (!answered?.mayJoin) return this.attempt(work);
    return answered.join((whole, mayRepeat) => this.attempt(whole, mayRepeat), work);
  }

  private async attempt<Result>(work: (em: EntityManager) => Promise<Result>, mayRepeat = () => true): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { result, isNews } = await this.dataSource.transaction(async (em) => ({
          result: await work(em),
          isNews: newsworthy.has(em),
        }));
        if (isNews) this.announce();
        return result;
      } catch (error) {
        if (attempt === ATTEMPTS || !mayRepeat() || !isRetryable(error)) throw translatePgError(error);
      }
    }
  }

  // Outside of the transaction, since commits with a NOTIFY wait for each other. It may get lost: listeners also look by themselves.
  private announce(): void {
    this.announcement ??= setTimeout(() => {
      this.announcement = undefined;
      // The desk may have been shut down meanwhile, and then there is no pool.
      if (!this.dataSource.isInitialized) return;
      this.pool.query(`notify ${NEWS_CHANNEL}`).catch(() => undefined);
    }, ANNOUNCE_AFTER_MS).unref();
  }

  private get pool(): Pool {
    return (this.dataSource.driver as PostgresDriver).master as Pool;
  }
}

/**
 * An expression that lets the transaction in which it is evaluated commit without waiting for the disk. When Postgres itself crashes right
 * then, the transaction may be undone: only for what is simply done again in that case.
 */
export const REPEATABLE_SQL = `set_config('synchronous_commit', 'off', true)`;

/** Wakes whoever waits for events or work, in all processes, as soon as the transaction is committed. */
export function tellAfterCommit(em: EntityManager): void {
  newsworthy.add(em);
}

/** The rows of a statement in the open transaction, also of an UPDATE or DELETE with RETURNING. */
export async function rows<Row>(em: EntityManager, sql: string, params: unknown[] = []): Promise<Row[]> {
  if (!em.queryRunner) throw new Error('rows() needs the entity manager of an open transaction');
  const { records } = await em.queryRunner.query(sql, params, true);
  return records as Row[];
}

/** The same for a statement whose text never varies: Postgres plans it a few times on each connection, and then no more. */
export async function prepared<Row>(em: EntityManager, name: string, sql: string, params: unknown[]): Promise<Row[]> {
  if (!em.queryRunner) throw new Error('prepared() needs the entity manager of an open transaction');
  const client = (await em.queryRunner.connect()) as PoolClient;
  const { rows: found } = await client.query({ name, text: sql, values: params });
  return found as Row[];
}

/** The first row of a statement that must answer at least one. */
export function only<Row>(found: Row[]): Row {
  const row = found[0];
  if (row === undefined) throw new Error('a statement that must answer a row answered none');
  return row;
}
