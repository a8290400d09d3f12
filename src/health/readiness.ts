import { Injectable } from '@nestjs/common';
import { pendingMigrations } from '../platform/database/data-source.js';
import { Database } from '../platform/database/database.js';
import { Queues } from '../platform/queue/queues.js';

const CHECK_TIMEOUT_MS = 2_000;

export interface Check {
  name: string;
  /** Null when the part answers. */
  error: Error | null;
}

@Injectable()
export class Readiness {
  constructor(
    private readonly db: Database,
    private readonly queues: Queues,
  ) {}

  /** Asks every part that a request needs; one that does not answer in two seconds counts as missing. */
  async check(): Promise<Check[]> {
    return Promise.all([
      verdict('database', this.db.query('select 1')),
      verdict('migrations', this.refusePendingMigrations()),
      verdict('queue', this.queues.ping()),
    ]);
  }

  private async refusePendingMigrations(): Promise<void> {
    const pending = await pendingMigrations(this.db.dataSource);
    if (pending.length > 0) throw new Error(`migrations have not run: ${pending.join(', ')}`);
  }
}

async function verdict(name: string, answer: Promise<unknown>): Promise<Check> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${name} did not answer within ${CHECK_TIMEOUT_MS} ms`));
    }, CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([answer, tooLate]);
    return { name, error: null };
  } catch (error) {
    return { name, error: error instanceof Error ? error : new Error(String(error)) };
  } finally {
    clearTimeout(timer);
  }
}
